/** Words that make the name they stand in, or after "of", a place's. */
export const PLACE_WORDS: ReadonlySet<string> = new Set(
  ("strait river lake sea ocean mount mountain mountains island islands bay street road valley " +
    "county city town village port province state coast peninsula desert cape gulf park airport " +
    "bridge harbour harbor avenue square forest beach hills district region republic canal capital")
    .split(" "),
);

/** Words that stand right before a place. */
export const LOCAL_WORDS: ReadonlySet<string> = new Set(["in", "near", "across", "throughout"]);

const MORE_PLACES = [
  "US",
  "U.S.",
  "USA",
  "UK",
  "U.K.",
  "EU",
  "America",
  "Britain",
  "Great Britain",
  "England",
  "Scotland",
  "Wales",
  "Europe",
  "Asia",
  "Africa",
  "Oceania",
  "Antarctica",
  "Arctic",
  "North America",
  "South America",
  "Latin America",
  "Middle East",
  "Scandinavia",
  "Balkans",
  "Alabama",
  "Alaska",
  "Arizona",
  "Arkansas",
  "California",
  "Colorado",
  "Connecticut",
  "Delaware",
  "Florida",
  "Hawaii",
  "Idaho",
  "Illinois",
  "Indiana",
  "Iowa",
  "Kansas",
  "Kentucky",
  "Louisiana",
  "Maine",
  "Maryland",
  "Massachusetts",
  "Michigan",
  "Minnesota",
  "Mississippi",
  "Missouri",
  "Montana",
  "Nebraska",
  "Nevada",
  "New Hampshire",
  "New Jersey",
  "New Mexico",
  "New York",
  "North Carolina",
  "North Dakota",
  "Ohio",
  "Oklahoma",
  "Oregon",
  "Pennsylvania",
  "Rhode Island",
  "South Carolina",
  "South Dakota",
  "Tennessee",
  "Texas",
  "Utah",
  "Vermont",
  "Virginia",
  "West Virginia",
  "Wisconsin",
  "Wyoming",
];

let known: ReadonlySet<string> | undefined;

/** Whether a name is a country's, a continent's, a US state's, or a city's that a time zone has. */
export function isPlaceName(name: string): boolean {
  known ??= new Set(
    [...countries(), ...cities(), ...MORE_PLACES].map((text) => text.toLowerCase()),
  );
  return known.has(name.toLowerCase());
}

/** CLDR's names of all ISO 3166 regions. */
function countries(): string[] {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters.flatMap((first) => letters.map((second) => names.of(first + second)))
    .flatMap((name) => name === undefined || name === "Unknown Region" ? [] : [plain(name)]);
}

function plain(country: string): string {
  return country.replace(/ \(.*\)$/, "").replace(/ SAR China$/, "").replace("&", "and");
}

/** The cities that the IANA time zones are named after. */
function cities(): string[] {
  return Intl.supportedValuesOf("timeZone").filter((zone) => !zone.startsWith("Etc/"))
    .map((zone) => (zone.split("/").at(-1) ?? "").replaceAll("_", " "));
}
