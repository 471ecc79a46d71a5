// Whether `require` and `import` give the same: they do where Node has "module-sync".

const names = ["wye", "wye/table", "wye/middleware", "wye/cookies", "wye/proxy"];
const required = names.map((name) => require(name));

Promise.all(names.map((name) => import(name))).then((imported) => {
  console.log(imported.every((names, i) => Object.keys(names).every((key) => names[key] === required[i][key])));
});
