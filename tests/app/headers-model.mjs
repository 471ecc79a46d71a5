// What the rules for header fields come to, computed the dullest way there is. A scenario is data:
//
//     { steps: [step, ...], onError: step | undefined }
//
//     step: { before: ops, next: boolean, catches: boolean, after: ops, does, waits: boolean }
//
// The last step never calls next. An op is a text: "x-a: 1" sets a field, "+x-a: 1" appends to it, "-x-a" takes it
// back. A cookie that is set takes none away but the one that it replaces. What a step does at its end:
//
//     "inner", "nothing"             returns what next gave, or nothing
//     { mutate: ops }                changes the fields of that response by hand, and returns it
//     { copy: ops }                  returns a copy of it, with other fields
//     { made: init, then: ops }      returns what c makes with these fields, having set others after it was made
//     { raw: fields, kind, throws }  returns, or throws, a Response of its own
//     { error: fields | undefined }  throws an HttpError with these fields, or another error

/** @param {string} text */
export function parsed(text) {
  const [, how, name, value] = /^([+-]?)([^:]+)(?:: (.*))?$/.exec(text);
  return { how: { "": "set", "+": "append", "-": "remove" }[how], name, value };
}

/** An op of `c.header`: no cookie takes another one away. */
function opOf(text) {
  const op = parsed(text);
  return op.name === "set-cookie" && op.how === "set" ? { ...op, how: "append" } : op;
}

/** What a browser knows a cookie by: its name. (These have no domain and no path.) */
const cookieName = (cookie) => cookie.split("=")[0];

const isSameCookie = (one, other) => one.name === "set-cookie" && cookieName(one.value) === cookieName(other.value);

/** Fields as a response has them: the values of each name. */
export class FieldMap extends Map {
  static of(texts) {
    const map = new FieldMap();
    for (const text of texts) map.change({ ...parsed(text), how: "append" });
    return map;
  }

  change({ how, name, value }) {
    if (how === "remove") this.delete(name);
    else this.set(name, how === "set" ? [value] : [...(this.get(name) ?? []), value]);
  }

  /** The same, where a cookie takes the place of its like. */
  add(op) {
    if (op.how === "append" && this.has(op.name))
      this.set(op.name, this.get(op.name).filter((value) => !isSameCookie(op, { value })));
    this.change(op);
  }

  /** Whether an appended value, or a cookie of that name, is there already. */
  hasValue({ name, value }) {
    const values = this.get(name) ?? [];
    if (name === "set-cookie") return values.some((other) => cookieName(other) === cookieName(value));
    return values.join(", ").split(", ").includes(value);
  }

  /** As they can be compared. */
  get entries_() {
    return [...this].map(([name, values]) => [name, name === "set-cookie" ? values : values.join(", ")]).sort();
  }
}

const TEXT = "text/plain;charset=UTF-8";

/** What describes content that will not be sent. */
function describesContent({ name, value = "" }) {
  const names = ["etag", "last-modified", "expires", "age", "accept-ranges", "digest", "repr-digest"];
  if (names.includes(name)) return true;
  if (/^content-/.test(name)) return !/^content-security-policy/.test(name);
  return /cache-control$/.test(name) && !/no-store|private/.test(value);
}

/** The ops of one step without those that later ones of the same step replace or take back. */
function net(ops) {
  const isReplaced = (op, later) => later.name === op.name && (later.how !== "append" || isSameCookie(op, later));
  return ops.filter((op, i) => op.how !== "remove" && !ops.slice(i + 1).some((later) => isReplaced(op, later)));
}

class Thrown {}

/** Runs a scenario: the fields of the response to the host, and those that each step saw its next give. */
export class Model {
  seen = [];
  /** By step: the ops of its fields. The app is step 0. */
  own = [];
  clock = 0;
  /** The bodies that nobody reads any more, by the step that made them. */
  discarded = [];

  constructor({ steps, onError }) {
    this.steps = steps;
    this.own = [[], ...steps.map(() => [])];
    const response = this.attempt(() => this.run(1));
    this.response = response instanceof Thrown ? this.respondTo(response, onError) : response;
  }

  attempt(action) {
    try {
      return action();
    } catch (error) {
      if (error instanceof Thrown) return error;
      throw error;
    }
  }

  run(index) {
    const step = this.steps[index - 1];
    this.set(index, step.before);
    let inner;
    if (step.next) {
      const result = this.attempt(() => this.run(index + 1));
      if (result instanceof Thrown && !step.catches) this.fail(index, result.error, undefined);
      inner = result instanceof Thrown ? undefined : result;
      if (inner) this.seen[index] = inner.fields.entries_;
    }
    this.set(index, step.after, inner);
    return this.end(index, step.does, inner);
  }

  /** Sets fields; if there is a response already, at once. */
  set(index, texts, inner) {
    for (const op of texts.map(opOf)) {
      inner?.fields.add(op);
      this.own[index].push({ ...op, at: this.clock++, applied: inner !== undefined });
    }
  }

  end(index, does, inner) {
    if (does === "inner" || does === "nothing") return this.complete(index, inner, false);
    if (does.mutate) {
      for (const op of does.mutate.map(parsed)) inner.fields.change(op);
      return this.complete(index, inner, false);
    }
    if (does.copy) {
      const copy = { body: inner.body, fields: new FieldMap(inner.fields) };
      for (const op of does.copy.map(parsed)) copy.fields.change(op);
      return this.complete(index, copy, true);
    }
    if ("error" in does) return this.fail(index, does.error, inner);
    if (inner) this.discarded.push(inner.body);
    if (does.made) return this.make(index, does);
    const raw = { body: index, fields: FieldMap.of(does.raw) };
    if (does.throws) this.afterThrow(index);
    return this.complete(index, raw, true);
  }

  /** What c makes: the fields of its step, those that it is given, then those that are set before it is returned. */
  make(index, { made, then = [] }) {
    this.forgetInside(index);
    const fields = new FieldMap();
    for (const op of this.own[index]) fields.add(op);
    const given = FieldMap.of(made);
    for (const [name, values] of given) fields.set(name, values);
    for (const op of net(this.own[index]))
      if (op.how === "append" && given.has(op.name) && !fields.hasValue(op)) fields.change(op);
    if (!fields.has("content-type")) fields.set("content-type", [TEXT]);
    const response = { body: index, fields };
    for (const op of then.map(opOf)) {
      fields.add(op);
      this.own[index].push({ ...op, at: this.clock++, applied: false });
    }
    return response;
  }

  /**
   * Gives a response the fields of a step that it lacks: those that were set before next, or, if it is another one than
   * next gave, all of them.
   */
  complete(index, response, all) {
    if (all) this.forgetInside(index);
    for (const op of net(this.own[index])) {
      if (op.applied && !all) continue;
      if (op.how === "set" ? !response.fields.has(op.name) : !response.fields.hasValue(op)) response.fields.change(op);
    }
    return response;
  }

  /** What the steps inside of one had set belonged to a response that was replaced. */
  forgetInside(index) {
    this.own = this.own.map((ops, i) => (i > index ? [] : ops));
  }

  fail(index, error, inner) {
    if (inner) this.discarded.push(inner.body);
    this.afterThrow(index - 1);
    throw Object.assign(new Thrown(), { error });
  }

  /** The fields of a step that has thrown, and of those inside of it, are those of an heir. */
  afterThrow(heir) {
    const left = this.own.map((ops) => net(ops).filter((op) => !describesContent(op)));
    const all = left.slice(heir).flat().sort((one, other) => one.at - other.at);
    const isReplaced = (name, i) => all.slice(i + 1).some((op) => op.how === "set" && op.name === name);
    const sets = all.filter(({ how, name }, i) => how === "set" && !isReplaced(name, i));
    const appends = all.filter(({ how }) => how === "append");
    this.own = left.map((ops, i) => (i >= heir ? [] : ops));
    this.own[heir] = [...sets, ...appends].map((op) => ({ ...op, applied: false }));
  }

  respondTo({ error }, onError) {
    if (onError === undefined) return this.make(0, { made: error ?? [] });
    this.set(0, onError.before);
    const response = this.attempt(() => this.endOfApp(onError.does));
    if (!(response instanceof Thrown)) return response;
    return this.complete(0, { body: 0, fields: FieldMap.of([`content-type: ${TEXT}`]) }, true);
  }

  endOfApp(does) {
    if (does.made) return this.make(0, does);
    if ("error" in does || does.throws) this.afterThrow(0);
    if ("error" in does) throw new Thrown();
    return this.complete(0, { body: 0, fields: FieldMap.of(does.raw) }, true);
  }
}
