require("./entry.cjs").run().then((result) => console.log(JSON.stringify(result)));
