/* The native library, by the driver programs. */
import { after } from "node:test";
import { Driver, driverHost, drivers, noDriver } from "../native/driver.mjs";
import { conformance } from "./suite.mjs";

for (const { name, file } of drivers) {
  for (const reload of [false, true]) {
    const driver = new Driver(file);
    after(() => driver.end());
    conformance(driverHost(reload ? `${name}, image opened elsewhere` : name, driver, reload));
  }
}

if (drivers.length === 0) conformance({ name: "native" }, { skip: noDriver });
