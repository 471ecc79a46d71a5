/* Reads tests/cases/*.json. */
import { readFileSync, readdirSync } from "node:fs";

const folder = new URL("../cases/", import.meta.url);

/** The names of the files, sorted. */
export const caseFiles = () => readdirSync(folder).filter((name) => name.endsWith(".json")).sort();

/** One file's tables. */
export const readCases = (file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")).tables;

/** The tables of all files. */
export const allCases = () => caseFiles().flatMap(readCases);
