#include "registry/population/names.hpp"

namespace mlango::registry::population::names {

namespace {

constexpr std::string_view south_sudan_women[] = {
    "Achol",   "Adut",     "Abuk",   "Nyandeng",  "Ayen",    "Akuol",   "Ajok",  "Amer",   "Atong",     "Aluel",
    "Awut",    "Nyibol",   "Akech",  "Aguet",     "Nyanut",  "Adhieu",  "Yar",   "Nyakim", "Nyamal",    "Nyakuoth",
    "Nyayang", "Nyaduoth", "Nyabol", "Nyaruach",  "Nyachan", "Keji",    "Poni",  "Kiden",  "Jokudu",    "Mary",
    "Rebecca", "Rachel",   "Martha", "Elizabeth", "Deborah", "Tabitha", "Susan", "Sarah",  "Josephine", "Anyieth"};
constexpr std::string_view south_sudan_men[] = {
    "Deng",    "Garang",  "Majok", "Makuei", "Mayen",  "Akol",    "Bol",    "Dut",   "Kuol",    "Malual",
    "Ajak",    "Ater",    "Aleu",  "Chol",   "Mabior", "Manyang", "Marial", "Wol",   "Lual",    "Kuir",
    "Gatluak", "Gatwech", "Koang", "Tut",    "Gai",    "Duol",    "Riek",   "Puok",  "Lado",    "Wani",
    "Ladu",    "Taban",   "Peter", "John",   "James",  "Simon",   "Daniel", "David", "Santino", "Abraham"};

constexpr std::string_view congo_women[] = {
    "Furaha",  "Riziki",    "Neema",     "Zawadi",     "Espérance",  "Béatrice", "Faida",     "Bahati Rose",
    "Chantal", "Solange",   "Georgette", "Jeannette",  "Godelive",   "Mapendo",  "Safi",      "Sifa",
    "Nsimire", "Noella",    "Divine",    "Grâce",      "Merveille",  "Rachel",   "Ruth",      "Sylvie",
    "Thérèse", "Véronique", "Yvette",    "Alphonsine", "Antoinette", "Brigitte", "Cécile",    "Clarisse",
    "Denise",  "Gisèle",    "Immaculée", "Joséphine",  "Nadège",     "Odette",   "Pascaline", "Régine"};
constexpr std::string_view congo_men[] = {
    "Bahati",    "Baraka",    "Amani",   "Jean",    "Pierre",   "Joseph",   "Emmanuel", "Patrick",
    "Christian", "Dieudonné", "Fabrice", "Gédéon",  "Héritier", "Innocent", "Jacques",  "Kasereka",
    "Kambale",   "Muhindo",   "Paluku",  "Mumbere", "Moïse",    "Olivier",  "Pascal",   "Prosper",
    "Rodrigue",  "Serge",     "Trésor",  "Victor",  "Aimé",     "Augustin", "Blaise",   "Célestin",
    "Désiré",    "Espoir",    "Félix",   "Gilbert", "Janvier",  "Jonathan", "Léon",     "Martin"};
constexpr std::string_view congo_second[] = {
    "Mukendi", "Kabongo",   "Ilunga",  "Kalala",   "Mutombo",  "Tshibanda", "Mbuyi",       "Kasongo",
    "Ngoy",    "Mwamba",    "Banza",   "Kyungu",   "Lubala",   "Bisimwa",   "Mushagalusa", "Cirhuza",
    "Murhula", "Bashige",   "Balume",  "Byamungu", "Katembo",  "Kavira",    "Masika",      "Mulumba",
    "Ngandu",  "Nzuzi",     "Lukusa",  "Kazadi",   "Makiese",  "Matondo",   "Mbala",       "Nsimba",
    "Mukuna",  "Tshilombo", "Wakenge", "Mirindi",  "Zihindula"};

constexpr std::string_view burundi_women[] = {
    "Jeanne",     "Claudine",  "Goreth",     "Francine",  "Diane",     "Aline",        "Alice",      "Ange",
    "Annonciate", "Béatrice",  "Bernadette", "Consolate", "Domitille", "Donavine",     "Evelyne",    "Espérance",
    "Estella",    "Euphrasie", "Fabiola",    "Félicité",  "Ginette",   "Godeberthe",   "Inès",       "Jacqueline",
    "Jocelyne",   "Joselyne",  "Judith",     "Léa",       "Liliane",   "Lydia",        "Médiatrice", "Monique",
    "Nadine",     "Odile",     "Pélagie",    "Perpétue",  "Révocate",  "Scholastique", "Spès",       "Violette"};
constexpr std::string_view burundi_men[] = {
    "Jean",     "Claude",  "Pierre",     "Emmanuel", "Eric",        "Fabien",    "Ferdinand",   "Gérard",
    "Gaspard",  "Hilaire", "Ildephonse", "Innocent", "Isidore",     "Jérémie",   "Joachim",     "Juvénal",
    "Léonidas", "Libère",  "Melchior",   "Nestor",   "Onésime",     "Parfait",   "Pascal",      "Philbert",
    "Pontien",  "Prosper", "Rémy",       "Salvator", "Serges",      "Sylvestre", "Tharcisse",   "Thierry",
    "Venant",   "Vianney", "Alexis",     "Anicet",   "Apollinaire", "Audace",    "Bonaventure", "Désiré"};
constexpr std::string_view burundi_second[] = {
    "Ndayishimiye",  "Niyonzima",   "Nkurunziza",   "Hakizimana", "Ndikumana",     "Nduwimana",
    "Niyonkuru",     "Bizimana",    "Irakoze",      "Iradukunda", "Nshimirimana",  "Manirakiza",
    "Ndayizeye",     "Niyongabo",   "Nahimana",     "Nibigira",   "Ntahombaye",    "Nzeyimana",
    "Sindayigaya",   "Havyarimana", "Ntirampeba",   "Kwizera",    "Ininahazwe",    "Bigirimana",
    "Barakamfitiye", "Nimubona",    "Nizigiyimana", "Ndayikeza",  "Ntakirutimana", "Mpawenimana",
    "Nsengiyumva",   "Habonimana",  "Hatungimana",  "Kaneza",     "Nininahazwe",   "Ngendakumana"};

constexpr std::string_view rwanda_women[] = {
    "Chantal",    "Clarisse",  "Claudette", "Assumpta",   "Angélique", "Alphonsine", "Béata",     "Bernadette",
    "Cécile",     "Christine", "Dative",    "Delphine",   "Drocella",  "Donatha",    "Esther",    "Eugénie",
    "Florence",   "Francine",  "Gaudence",  "Gloriose",   "Immaculée", "Jacqueline", "Jeannette", "Josiane",
    "Judith",     "Laurence",  "Liberata",  "Marguerite", "Marie",     "Médiatrice", "Odette",    "Pascasie",
    "Providence", "Rose",      "Solange",   "Spéciose",   "Thérèse",   "Vestine",    "Yvonne",    "Espérance"};
constexpr std::string_view rwanda_men[] = {
    "Jean",     "Emmanuel",      "Eric",     "Alphonse",  "Aloys",    "Anastase", "Apollinaire", "Augustin",
    "Bosco",    "Callixte",      "Célestin", "Charles",   "Claver",   "Cyprien",  "Damascène",   "Dieudonné",
    "Donat",    "Égide",         "Evariste", "Faustin",   "Félicien", "Fidèle",   "François",    "Gaspard",
    "Innocent", "Jean-Baptiste", "Joseph",   "Laurent",   "Léonard",  "Modeste",  "Narcisse",    "Olivier",
    "Pascal",   "Paul",          "Théogène", "Théoneste", "Vedaste",  "Vénuste",  "Vincent",     "Xavier"};
constexpr std::string_view rwanda_second[] = {
    "Uwimana",        "Mukamana",   "Habimana",    "Hakizimana", "Uwase",         "Ingabire",
    "Mugisha",        "Ishimwe",    "Uwamahoro",   "Nsengimana", "Ndayisaba",     "Twagirayezu",
    "Mukandayisenga", "Bizimungu",  "Nsabimana",   "Niyitegeka", "Nshimiyimana",  "Tuyishime",
    "Tuyisenge",      "Umutoni",    "Umutesi",     "Uwera",      "Mutabazi",      "Mugabo",
    "Munyaneza",      "Murekatete", "Musabyimana", "Ntaganzwa",  "Nyirahabimana", "Rukundo",
    "Rutayisire",     "Sibomana",   "Uwineza",     "Uwitonze",   "Bigirimana",    "Byiringiro"};

}  // namespace

name_book south_sudan() {
    return {"SSD", second_name::of_father, south_sudan_women, south_sudan_men, {}};
}

name_book congo() {
    return {"COD", second_name::of_family, congo_women, congo_men, congo_second};
}

name_book burundi() {
    return {"BDI", second_name::own, burundi_women, burundi_men, burundi_second};
}

name_book rwanda() {
    return {"RWA", second_name::own, rwanda_women, rwanda_men, rwanda_second};
}

}  // namespace mlango::registry::population::names
