#include "registry/population/names.hpp"

namespace mlango::registry::population::names {

namespace {

constexpr std::string_view syria_women[] = {
    "Ahlam",   "Alaa",  "Amal",  "Amina", "Asmaa", "Aya",    "Bushra", "Dalal",  "Dima",  "Fatima",
    "Fadia",   "Farah", "Ghada", "Hala",  "Hanan", "Hiba",   "Huda",   "Iman",   "Israa", "Jamila",
    "Khadija", "Lamia", "Layla", "Lina",  "Manal", "Maryam", "Maya",   "Mona",   "Nadia", "Noor",
    "Rana",    "Rania", "Reem",  "Rima",  "Ruba",  "Salma",  "Samar",  "Sawsan", "Wafaa", "Yasmin"};
constexpr std::string_view syria_men[] = {
    "Abdullah", "Adnan", "Ahmad",   "Ali",  "Amer",   "Anas",    "Bashar",   "Bassam",   "Bilal",   "Fadi",
    "Faisal",   "Firas", "Ghassan", "Hadi", "Hasan",  "Hussein", "Ibrahim",  "Iyad",     "Jamal",   "Khaled",
    "Khalil",   "Maher", "Mahmoud", "Majd", "Marwan", "Mazen",   "Mohammad", "Muhannad", "Mustafa", "Nabil",
    "Omar",     "Osama", "Rami",    "Riad", "Samer",  "Tariq",   "Walid",    "Yaser",    "Youssef", "Ziad"};
constexpr std::string_view syria_second[] = {
    "Al-Ahmad",  "Al-Hussein", "Al-Khatib", "Al-Masri",  "Al-Najjar", "Al-Saleh",  "Al-Hamwi",   "Al-Halabi",
    "Al-Shami",  "Al-Omar",    "Al-Ali",    "Al-Hassan", "Al-Jasem",  "Al-Khalaf", "Al-Mahmoud", "Al-Mohammad",
    "Al-Nasser", "Al-Obeid",   "Al-Rifai",  "Al-Sheikh", "Al-Turk",   "Al-Zoubi",  "Haddad",     "Khoury",
    "Darwish",   "Qassem",     "Sabbagh",   "Sukkar",    "Shahin",    "Barakat",   "Kurdi",      "Mansour"};

constexpr std::string_view yemen_women[] = {
    "Afrah",  "Ahlam",  "Amal",    "Amat",   "Amina", "Arwa",   "Asma",   "Balqis", "Bushra",  "Entisar",
    "Faiza",  "Fatima", "Ghada",   "Habiba", "Hanan", "Hayat",  "Hind",   "Huda",   "Ibtisam", "Jamila",
    "Karima", "Khawla", "Layla",   "Lubna",  "Maha",  "Maryam", "Nabila", "Najat",  "Nawal",   "Noura",
    "Radhia", "Raja",   "Rashida", "Sabah",  "Safia", "Samira", "Sumaya", "Taqia",  "Wafa",    "Zahra"};
constexpr std::string_view yemen_men[] = {
    "Abdulaziz", "Abdulkarim", "Abdullah", "Abdulmalik", "Abdulrahman", "Adel",    "Ahmed",  "Akram",
    "Ali",       "Ameen",      "Anwar",    "Ayman",      "Faris",       "Fuad",    "Ghalib", "Hamdi",
    "Hameed",    "Hamza",      "Hani",     "Hesham",     "Hussein",     "Ibrahim", "Jalal",  "Jamil",
    "Khaled",    "Majed",      "Mansour",  "Mohammed",   "Mujahid",     "Murad",   "Nabil",  "Naji",
    "Nasser",    "Omar",       "Saleh",    "Salem",      "Tawfiq",      "Waleed",  "Yahya",  "Zaid"};
constexpr std::string_view yemen_second[] = {
    "Al-Ahdal",  "Al-Amri",     "Al-Ansi",    "Al-Arashi",    "Al-Awlaqi",   "Al-Badani",  "Al-Dubai",
    "Al-Fadhli", "Al-Hadhrami", "Al-Hakimi",  "Al-Haddad",    "Al-Hamdani",  "Al-Harazi",  "Al-Iryani",
    "Al-Jabri",  "Al-Kuhlani",  "Al-Maqtari", "Al-Mutawakil", "Al-Qadhi",    "Al-Qubati",  "Al-Radai",
    "Al-Raymi",  "Al-Saadi",    "Al-Sabri",   "Al-Sanabani",  "Al-Shaibani", "Al-Sharabi", "Al-Thawr",
    "Al-Wesabi", "Al-Yafei",    "Al-Zubaidi", "Bamatraf",     "Basha",       "Bawazir"};

}  // namespace

name_book syria() {
    return {"SYR", second_name::of_family, syria_women, syria_men, syria_second};
}

name_book yemen() {
    return {"YEM", second_name::of_family, yemen_women, yemen_men, yemen_second};
}

}  // namespace mlango::registry::population::names
