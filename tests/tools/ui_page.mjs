// Drives the page of `varjoin ui`; started by ui_test.py.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";

const [modules, chromium, varjoin, folder, output, serverPid, address, emptyAddress] = process.argv.slice(2);
const require = createRequire(modules + "/");
const playwright = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const patience = 300_000; // a machine may be slow
const run = (...words) => execFileSync(varjoin, words, { encoding: "utf8", maxBuffer: 1e9 });
/** Rows of SQL over the annotated file, asked through the command. */
function query(sql) {
  run("query", `COPY (${sql.replaceAll("FILE", `'${output}'`)}) TO '${folder}/answer.json' (FORMAT json, ARRAY true)`);
  return JSON.parse(readFileSync(`${folder}/answer.json`, "utf8"));
}
const one = (sql) => Object.values(query(sql)[0])[0];
const commas = (number) => new Intl.NumberFormat("en").format(number);

const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
page.setDefaultTimeout(patience);
const said = [];
page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
page.on("pageerror", (error) => said.push(`error: ${error.message}`));
const elsewhere = [];
page.on("request", (request) => {
  if (!request.url().startsWith(new URL(address).origin) && !request.url().startsWith(new URL(emptyAddress).origin) && !request.url().startsWith("data:")) elsewhere.push(request.url());
});

const settled = () => page.waitForLoadState("networkidle");
async function shoot(name) {
  await settled();
  await page.screenshot({ path: `${folder}/${name}.png` });
}
/** No serious fault for people who use the keyboard, a reader or other colours. */
async function accessible(name) {
  await settled();
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = serious.map((fault) => `${fault.id}: ${fault.help}: ${fault.nodes.map((node) => node.html.slice(0, 120) + " " + node.failureSummary).slice(0, 3).join(" ; ")}`);
  assert.deepEqual(told, [], name);
}
/** Looks until it is as expected. Not waitForFunction(), which the page's Content-Security-Policy forbids. */
async function eventually(read, expected) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await read().catch((error) => String(error));
    if (isDeepStrictEqual(found, expected)) return;
    if (Date.now() > end) assert.deepEqual(found, expected);
    await page.waitForTimeout(50);
  }
}
const count = (expected) => eventually(async () => (await page.textContent("[data-testid=count]")).trim().split(" of ")[0], commas(expected));
const cells = () =>
  page.$$eval(".tabulator-row", (rows) => rows.map((row) => [...row.querySelectorAll(".tabulator-cell")].slice(0, 5).map((cell) => cell.textContent)));
const rowsAre = (sql) => eventually(cells, query(sql).map((row) => Object.values(row).map((value) => (value === null ? "–" : String(value)))));
const five = 'chrom, "start", id, ref, alt';
async function addCondition(column, how, value) {
  await page.selectOption("section[aria-label=Filter] form select >> nth=0", column);
  if (how) await page.selectOption("section[aria-label=Filter] form select >> nth=1", how);
  if (value !== undefined) await page.fill("section[aria-label=Filter] form input:not([type=checkbox])", String(value));
  await page.click("section[aria-label=Filter] form button");
}

const names = query("SELECT column_name FROM (DESCRIBE SELECT * FROM FILE)").map((row) => row.column_name);
const significance = names.find((name) => /(CLNSIG|CLINICAL_SIGNIFICANCE)$/.test(name));
const all = one("SELECT count(*) FROM FILE");

async function looksAtVariants() {
  await page.goto(address);
  await page.waitForSelector(".tabulator-row");
  assert.ok(!page.url().includes("token"), "the token stays out of the address");
  await count(all);
  await rowsAre(`SELECT ${five} FROM FILE LIMIT 50`);
  await accessible("variants");
  await page.click("button[aria-label='Next page']");
  await rowsAre(`SELECT ${five} FROM FILE LIMIT 50 OFFSET 50`);
  await page.click("button[aria-label='Last page']");
  await rowsAre(`SELECT ${five} FROM FILE OFFSET ${Math.floor((all - 1) / 50) * 50}`);
  await page.click("button[aria-label='First page']");
  await page.click(".tabulator-col-title button:text-is('qual')");
  await page.click(".tabulator-col-title button:has-text('qual ▲')");
  await rowsAre(`SELECT ${five} FROM FILE ORDER BY qual DESC NULLS LAST, file_row_number LIMIT 50`.replace("FROM FILE", "FROM read_parquet(FILE)"));
  await page.click(".tabulator-col-title button:has-text('qual ▼')");
  await page.waitForSelector(".tabulator-col-title button:text-is('qual')");
}

async function filters() {
  await addCondition("clinvar_hits", "more", 0);
  await count(one("SELECT count(*) FROM FILE WHERE clinvar_hits > 0"));
  await addCondition("qual", "at_least", 100);
  await count(one("SELECT count(*) FROM FILE WHERE clinvar_hits > 0 AND qual >= 100"));
  const words = await page.$$eval("section[aria-label=Filter] li", (items) => items.map((item) => item.textContent.replace("×", "").trim()));
  assert.deepEqual(words.slice(0, 2), ["clinvar_hits is more than 0", "qual is at least 100"]);
  await rowsAre(`SELECT ${five} FROM FILE WHERE clinvar_hits > 0 AND qual >= 100 LIMIT 50`);
  await shoot("variants");
  // The address holds all of it.
  const kept = page.url();
  await page.goto("about:blank");
  await page.goto(kept);
  await count(one("SELECT count(*) FROM FILE WHERE clinvar_hits > 0 AND qual >= 100"));
  await page.click("button[aria-label='Remove the condition qual is at least 100']");
  await count(one("SELECT count(*) FROM FILE WHERE clinvar_hits > 0"));
  await page.goBack();
  await count(one("SELECT count(*) FROM FILE WHERE clinvar_hits > 0 AND qual >= 100"));
  await page.click("button:text-is('Remove all')");
  await count(all);
  await addCondition("qual", "at_least", "high");
  await page.waitForSelector("[role=alert]:has-text('a number')");
  await addCondition("region", "", "chr99:1-2");
  await page.waitForSelector("[role=alert]:has-text(\"nothing on a contig 'chr99'\")");
  said.splice(0, said.length, ...said.filter((line) => !line.includes("400 (Bad Request)"))); // Chromium tells of it
  await page.click("button:text-is('Remove all')");
  await count(all);
}

async function looksAtOneVariant() {
  await addCondition("clinvar_hits", "more", 0);
  await count(one("SELECT count(*) FROM FILE WHERE clinvar_hits > 0"));
  await rowsAre(`SELECT ${five} FROM FILE WHERE clinvar_hits > 0 LIMIT 50`);
  await page.focus(".tabulator-row a");
  await page.keyboard.press("Enter");
  await page.waitForSelector("h3:has-text('clinvar')");
  await page.check("text=also what is missing");
  const shown = await page.$$eval("td[data-column]", (found) => Object.fromEntries(found.map((cell) => [cell.dataset.column, cell.textContent])));
  const expected = query("SELECT * FROM FILE WHERE clinvar_hits > 0 LIMIT 1")[0];
  assert.deepEqual(Object.keys(shown).sort(), Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    const text = value === null ? "–" : Array.isArray(value) ? value.map((item) => item ?? ".").join(", ") : typeof value === "number" ? String(Number.isInteger(value) ? value : +value.toPrecision(12)) : String(value);
    assert.equal(shown[name], text, name);
  }
  await accessible("variant");
  await shoot("variant");
}

async function looksAtTheOverview() {
  await page.click("nav >> text=Overview");
  await page.click("button:text-is('Remove all')");
  const chart = `section[data-column="${significance}"]`;
  await page.waitForSelector(`${chart} summary`);
  await settled();
  await accessible("overview");
  await page.screenshot({ path: `${folder}/overview.png`, fullPage: true });
  await page.click(`${chart} summary`);
  const bars = await page.$$eval(`${chart} tr`, (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const expected = query(`SELECT ${significance} AS v, count(*) AS n FROM FILE WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT 30`.replace("FILE WHERE v", `FILE WHERE ${significance}`));
  for (const [i, { v, n }] of expected.entries()) {
    assert.deepEqual(bars[i], [String(v), commas(n)]);
  }
  assert.ok(expected.length > 2);
  await page.click(`${chart} tr a >> nth=1`);
  await count(expected[1].n);
  await page.goBack();
  const box = await page.waitForSelector("section[data-column='~sources'] canvas");
  await settled();
  await box.click(); // the only bar is in the middle
  await count(one("SELECT count(*) FROM FILE WHERE clinvar_hits > 0"));
  await page.click("button:text-is('Remove all')");
}

async function looksUp() {
  const [known] = query(`SELECT ${five} FROM FILE WHERE clinvar_hits > 0 AND length(ref) = 1 LIMIT 1`);
  const variant = `${known.chrom}:${known.start}:${known.ref}:${known.alt}`;
  const box = async (text) => {
    await page.fill("#box", text);
    await page.press("#box", "Enter");
  };
  await box(variant);
  await page.waitForSelector(`h2:text-is("${variant}")`);
  await page.waitForSelector("h3:has-text('clinvar')");
  const [told] = JSON.parse(run("lookup", "-s", "clinvar", variant, "--json"));
  const shown = await page.$$eval("section table", (tables) => tables.map((table) => Object.fromEntries([...table.rows].map((row) => [row.cells[0].textContent, row.cells[1].textContent]))));
  assert.equal(shown.length, told.rows.length);
  for (const [name, value] of Object.entries(told.rows[0]).filter(([, value]) => value !== null && !Array.isArray(value))) {
    assert.equal(shown[0][name], String(value), name);
  }
  await accessible("lookup");
  await box(`${known.chrom}:${known.start}`);
  await count(one(`SELECT count(*) FROM FILE WHERE chrom = '${known.chrom}' AND "start" <= ${known.start} AND "end" >= ${known.start}`));
  const id = query("SELECT id FROM FILE WHERE regexp_full_match(id, 'rs[0-9]+') LIMIT 1")[0]?.id;
  if (id) {
    await box(id);
    await count(one(`SELECT count(*) FROM FILE WHERE id = '${id}'`));
  }
  await box("what?");
  await page.waitForSelector("#box-problem:has-text('rsID')");
  await page.click("button:text-is('Remove all')");
}

async function looksAtRunsAndSources() {
  await page.click("nav >> text=Runs");
  const listed = JSON.parse(run("runs", "list", "--json"));
  await page.waitForSelector("tbody tr");
  const ids = await page.$$eval("tbody tr a", (links) => links.map((link) => link.textContent));
  assert.deepEqual(ids, listed.map((record) => record.id));
  await accessible("runs");
  await shoot("runs");
  const annotations = listed.filter((record) => record.kind === "annotate").map((record) => record.id);
  await page.check(`input[aria-label="Compare ${annotations[0]}"]`);
  await page.check(`input[aria-label="Compare ${annotations[1]}"]`);
  await page.click("text=Compare the two");
  await page.waitForSelector("h3:text-is('What came out')");
  const figures = JSON.parse(run("runs", "compare", annotations[0], annotations[1], "--json")).figures;
  assert.equal(await page.locator("section table").nth(1).locator("tbody tr").count(), figures.length);
  await page.click("text=All runs");
  await page.click(`a:text-is("${annotations[0]}")`);
  await page.waitForSelector("h3:text-is('Phases')");
  await accessible("run");
  await page.click("nav >> text=Sources");
  await page.click("a:text-is('clinvar')");
  await page.waitForSelector("section[aria-label=Source]");
  const rows = await page.$eval("tbody tr td.number", (cell) => cell.textContent);
  assert.equal(rows, commas(JSON.parse(run("source", "show", "clinvar", "--json")).rows));
  await accessible("sources");
}

async function fitsPhonesAndTheDark() {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.click("nav >> text=Overview");
  await page.waitForSelector("section[data-column=chrom] summary");
  await settled();
  await accessible("dark");
  await shoot("dark");
  await page.setViewportSize({ width: 390, height: 844 });
  for (const view of ["Variants", "Overview", "Runs", "Sources"]) {
    await page.click(`nav >> text=${view}`);
    await settled();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, `${view} is wider than a phone`);
  }
  await page.click("nav >> text=Variants");
  await page.waitForSelector(".tabulator-row");
  await shoot("phone");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
}

async function saysWhatToDo() {
  assert.deepEqual(said, [], "the console");
  assert.deepEqual(elsewhere, [], "asked of others");
  await page.goto(emptyAddress);
  await page.waitForSelector("h2:text-is('There is no annotated file yet')");
  await accessible("empty");
  await page.click("nav >> text=Sources");
  await page.waitForSelector("a:text-is('clinvar')"); // sources and runs are there without a file
  assert.deepEqual(said, [], "the console of the empty page");
  await page.goto(address);
  await page.waitForSelector(".tabulator-row");
  process.kill(Number(serverPid), "SIGINT");
  await page.waitForTimeout(1000);
  for (;;) {
    await page.click("nav >> text=Runs");
    if (await page.waitForSelector("[role=alert]:has-text('Start varjoin ui again')", { timeout: 5000 }).catch(() => null)) break;
    await page.click("nav >> text=Variants");
  }
}

try {
  for (const flow of [looksAtVariants, filters, looksAtOneVariant, looksAtTheOverview, looksUp, looksAtRunsAndSources, fitsPhonesAndTheDark, saysWhatToDo]) {
    console.log(flow.name);
    await flow();
  }
} catch (error) {
  await page.screenshot({ path: `${folder}/failed.png` }).catch(() => {});
  console.log(said.join("\n"));
  console.log(error.stack);
  process.exitCode = 1;
} finally {
  await browser.close();
}
