#include "registry/population/names.hpp"

namespace mlango::registry::population::names {

namespace {

constexpr std::string_view somalia_women[] = {
    "Amina", "Asha",   "Fadumo", "Halimo", "Hodan",   "Ifrah",  "Khadija", "Ladan",  "Maryan", "Nimo",
    "Sahra", "Shukri", "Ubah",   "Zeynab", "Hawo",    "Faduma", "Safiyo",  "Ruqiyo", "Sagal",  "Hibo",
    "Idil",  "Deqa",   "Fartun", "Naima",  "Nasteho", "Rahma",  "Raho",    "Saynab", "Sucdi",  "Yasmiin",
    "Ayan",  "Bilan",  "Caasha", "Dahabo", "Filsan",  "Hamdi",  "Ikran",   "Kaltun", "Muna",   "Qamar"};
constexpr std::string_view somalia_men[] = {
    "Abdi",    "Abdullahi", "Abdirahman", "Abdikadir", "Abdirizak", "Ahmed",    "Ali",     "Axmed",
    "Bashir",  "Cabdi",     "Dahir",      "Farah",     "Guled",     "Hassan",   "Hussein", "Ibrahim",
    "Ismail",  "Jama",      "Liban",      "Mahad",     "Mahamud",   "Mohamed",  "Mohamud", "Muse",
    "Mustafa", "Nur",       "Omar",       "Osman",     "Roble",     "Said",     "Salad",   "Shire",
    "Sharif",  "Suleiman",  "Warsame",    "Yasin",     "Yusuf",     "Zakariye", "Adan",    "Mukhtar"};

constexpr std::string_view ethiopia_women[] = {
    "Abeba",   "Almaz",    "Aster",    "Azeb",  "Bethlehem", "Birtukan", "Chaltu", "Dinknesh", "Emebet", "Etenesh",
    "Fikirte", "Genet",    "Hana",     "Hirut", "Kidist",    "Konjit",   "Lemlem", "Lensa",    "Marta",  "Mekdes",
    "Meseret", "Mihret",   "Mulu",     "Rahel", "Saba",      "Sara",     "Selam",  "Senait",   "Seble",  "Tadelech",
    "Tigist",  "Tirunesh", "Worknesh", "Yeshi", "Zenebech",  "Zinash",   "Bontu",  "Ayantu",   "Hawi",   "Tsehay"};
constexpr std::string_view ethiopia_men[] = {
    "Abebe",   "Abera",  "Addisu", "Alemayehu", "Amanuel", "Asfaw",    "Bekele", "Berhanu", "Biruk",    "Chala",
    "Daniel",  "Dawit",  "Demeke", "Desta",     "Ephrem",  "Eyob",     "Fikadu", "Gemechu", "Getachew", "Girma",
    "Haile",   "Kebede", "Lemma",  "Mekonnen",  "Mesfin",  "Mulugeta", "Negash", "Samuel",  "Solomon",  "Tadesse",
    "Tamirat", "Tariku", "Tekle",  "Temesgen",  "Tesfaye", "Tilahun",  "Tolosa", "Worku",   "Yared",    "Yohannes"};

constexpr std::string_view eritrea_women[] = {
    "Abrehet", "Adiam",  "Alganesh", "Almaz",  "Asmeret", "Aster",   "Bisrat", "Danait",    "Elsa",     "Ezgiharia",
    "Feven",   "Fiyori", "Freweini", "Genet",  "Hiwet",   "Kisanet", "Lemlem", "Letebrhan", "Luwam",    "Mebrat",
    "Mehret",  "Meron",  "Milena",   "Mulu",   "Nigisti", "Rahwa",   "Rishan", "Rutha",     "Saba",     "Salem",
    "Selam",   "Semhar", "Senait",   "Shewit", "Simret",  "Tirhas",  "Tsega",  "Winta",     "Yordanos", "Zufan"};
constexpr std::string_view eritrea_men[] = {
    "Abel",     "Abraham",      "Afewerki", "Amanuel", "Aman",     "Asmerom", "Awet",      "Bereket",
    "Berhane",  "Biniam",       "Daniel",   "Dawit",   "Efrem",    "Ermias",  "Estifanos", "Filmon",
    "Fitsum",   "Ghebremedhin", "Ghirmay",  "Habtom",  "Henok",    "Isaias",  "Kidane",    "Kibrom",
    "Mebrahtu", "Medhanie",     "Merhawi",  "Mikael",  "Mussie",   "Nahom",   "Negasi",    "Robel",
    "Samiel",   "Samson",       "Semere",   "Tekeste", "Tesfalem", "Weldu",   "Yemane",    "Yonas"};

constexpr std::string_view sudan_women[] = {
    "Amal",  "Amani",  "Amna",  "Asma",   "Awadia", "Aziza",   "Batoul", "Buthaina", "Fatima",  "Fawzia",
    "Hajja", "Halima", "Hanan", "Hawa",   "Huda",   "Ibtisam", "Ikhlas", "Intisar",  "Khadija", "Khalda",
    "Layla", "Manal",  "Maha",  "Mariam", "Mona",   "Nafisa",  "Nagla",  "Najwa",    "Rabab",   "Rasha",
    "Rihab", "Safa",   "Salma", "Samia",  "Sawsan", "Sitana",  "Suad",   "Sumaya",   "Tahani",  "Zahra"};
constexpr std::string_view sudan_men[] = {
    "Abdalla", "Abdelaziz", "Abdelrahman", "Abubakar", "Adam",     "Ahmed",  "Ali",    "Altayeb", "Amin",    "Babiker",
    "Bakri",   "Bushra",    "Elfatih",     "Elsadig",  "Eltigani", "Faisal", "Haroun", "Hamid",   "Hassan",  "Hussein",
    "Ibrahim", "Idris",     "Ishaq",       "Ismail",   "Izzeldin", "Kamal",  "Khalid", "Khalil",  "Mahjoub", "Mohamed",
    "Mubarak", "Musa",      "Mustafa",     "Omer",     "Osman",    "Salah",  "Siddig", "Suliman", "Yagoub",  "Yousif"};

}  // namespace

name_book somalia() {
    return {"SOM", second_name::of_father, somalia_women, somalia_men, {}};
}

name_book ethiopia() {
    return {"ETH", second_name::of_father, ethiopia_women, ethiopia_men, {}};
}

name_book eritrea() {
    return {"ERI", second_name::of_father, eritrea_women, eritrea_men, {}};
}

name_book sudan() {
    return {"SDN", second_name::of_father, sudan_women, sudan_men, {}};
}

}  // namespace mlango::registry::population::names
