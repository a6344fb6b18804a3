// Compiles the look and gathers the scripts: `make frontend`, once for each change of a version in package.json.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { compile } from "sass";

const out = "../src/mash/web/static";
mkdirSync(out, { recursive: true });

// The typeface and the crest are GOV.UK's alone; Arial stands behind the one in every list.
const look = compile("hub.scss", { style: "compressed", loadPaths: [".", "node_modules"], quietDeps: true })
  .css.replaceAll(/@font-face\{[^}]*\}/g, "")
  .replaceAll('"GDS Transport",', "")
  .replaceAll(/url\("?\/assets\/images\/govuk-crest\.svg"?\)/g, "none")
  .replaceAll(/url\(\/assets\/images\/([\w-]+\.svg)\)/g, (_, name) => {
    copyFileSync(`node_modules/@ministryofjustice/frontend/moj/assets/images/${name}`, `${out}/${name}`);
    return `url(${name})`;
  });
if (/GDS Transport|url\(["']?\//.test(look)) throw new Error("The look still asks for a font or a picture.");
writeFileSync(`${out}/hub.css`, look);

const scripts = {
  "govuk-frontend.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
  "htmx.js": "htmx.org/dist/htmx.min.js",
};
for (const [name, source] of Object.entries(scripts)) {
  const text = readFileSync(`node_modules/${source}`, "utf8").replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  writeFileSync(`${out}/${name}`, text);
}
copyFileSync("hub.js", `${out}/hub.js`);
