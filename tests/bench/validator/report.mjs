// Rows of {language, alg, library, per_cpu_second} in, one table out: rates, and our ratio to each.
import { readFileSync } from "node:fs";

const rows = readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const languages = [...new Set(rows.map((row) => row.language))];

for (const language of languages) {
  const own = rows.filter((row) => row.language === language);
  const libraries = [...new Set(own.map((row) => row.library))];
  const algs = [...new Set(own.map((row) => row.alg))];
  const rate = (library, alg) => own.find((row) => row.library === library && row.alg === alg)?.per_cpu_second;
  console.log(`\n| ${language} | ${algs.join(" | ")} |`);
  console.log(`|---|${algs.map(() => "---:|").join("")}`);
  for (const library of libraries) {
    const cells = algs.map((alg) => {
      const theirs = rate(library, alg);
      if (theirs === undefined) return "-";
      const thousands = theirs < 10_000 ? (theirs / 1000).toFixed(1) : Math.round(theirs / 1000);
      const ratio = (rate("credenza", alg) / theirs).toFixed(2);
      return library === "credenza" ? `${thousands}k` : `${thousands}k (${ratio})`;
    });
    console.log(`| ${library} | ${cells.join(" | ")} |`);
  }
}
