/*
 * The comparison itself: oracles with a fault, each of which must be told from the sound one. A fault that is not found
 * says that the random tables or requests lack something.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Oracle } from "../oracle/oracle.mjs";
import { askOracle, describe, firstDifference, oracleContender, shrink } from "./compare.mjs";
import { randomScript } from "./generate.mjs";
import { randomFrom } from "./numbers.mjs";

const SEED = 1000;
const MOST_TABLES = 600;
const LOOKUPS_A_TABLE = 60;

/* ------------------------------------------------------------------ kinds of faults */

/** Of the ways to match a request, only some. `keeps(way, request, oracle)`. */
const without = (keeps) =>
  class extends Oracle {
    waysOf(fold, bytes, request) {
      return super.waysOf(fold, bytes, request).filter((way) => keeps(way, request, this));
    }
  };

/** Constraints see or say something else: `holds(characters, sound, text, oracle)`. */
const holding = (holds) =>
  class extends Oracle {
    add(...route) {
      const id = super.add(...route);
      for (const { constraint } of this.list.at(-1).forms[0].tokens.filter((token) => token.constraint)) {
        const { holds: sound, text } = constraint;
        constraint.holds = (characters) => holds(characters, sound, text, this);
      }
      return id;
    }
  };

/** Constraints rank otherwise: `rank(step, route)`. */
const ranking = (rank) =>
  class extends Oracle {
    makeView(fold) {
      const change = (entry) => ({ ...entry, rankOf: (step) => rank(step, entry.route, entry.rankOf) });
      return super.makeView(fold).map(change);
    }
  };

/** Another list of all matches: `change(matches, oracle)`. */
const searching = (change) =>
  class extends Oracle {
    each(ask) {
      return change(super.each(ask), this);
    }
  };

/** Another target of a redirect. */
const redirecting = (change) =>
  class extends Oracle {
    redirect(target, request) {
      const answer = super.redirect(target, request);
      return answer && { ...answer, location: change(answer.location) };
    }
  };

/** A step of the lookup under another slash policy. */
const underPolicy = (step, policyFor) =>
  class extends Oracle {
    [step](...about) {
      const { slash } = this;
      this.slash = policyFor(slash);
      const answer = super[step](...about);
      this.slash = slash;
      return answer;
    }
  };

/* ------------------------------------------------------------------ faults */

const asText = (characters) => String.fromCodePoint(...characters);
const asCharacters = (text) => Array.from(text, (character) => character.codePointAt(0));

/* Whether the literal after the parameter that runs from `start` to `end` fits nowhere before `end`. */
function endsFirst({ literal }, { units }, [start, end]) {
  for (let at = start + 1; at < end; at++) if (literal.every((unit, i) => units[at + i] === unit)) return false;
  return true;
}

/* Whether all parameters before a literal do that, or all that are constrained. */
function allEndFirst({ form, spans, path }, isMeant) {
  const params = form.steps.filter(({ kind }) => kind !== "unit");
  return params.every((step, index) => !isMeant(step) || !step.literal?.length || endsFirst(step, path, spans[index]));
}

const FAULTS = {
  "removes nothing": class extends Oracle {
    remove(...route) {
      const { list } = this;
      this.list = [...list];
      const removed = super.remove(...route);
      this.list = list;
      return removed;
    }
  },
  "removes whatever the host": class extends Oracle {
    remove(method, pattern) {
      const route = this.list.find((other) => other.method === method && other.pattern === pattern);
      return route !== undefined && super.remove(method, pattern, route.hostText);
    }
  },
  "hands ids out again": class extends Oracle {
    remove(...route) {
      const removed = super.remove(...route);
      this.nextId = 1 + Math.max(-1, ...this.list.map(({ id }) => id));
      return removed;
    }
  },
  "ranks constraints by their text": ranking(({ constraint }) => constraint.text.charCodeAt(1)),
  "ranks constraints by handler id": ranking((step, route) => route.id),
  "ranks the last constraint first": ranking((step, route, sound) => -sound(step)),
  "does not try constrained before plain": ranking(() => Infinity),
  "counts bytes of a value": holding((characters, sound) => sound([...new TextEncoder().encode(asText(characters))])),
  "takes numbers of any size": holding((characters, sound, text) =>
    text.startsWith("<int>") ? /^-?\d+$/.test(asText(characters)) : sound(characters),
  ),
  "folds expressions": holding(
    (characters, sound, text, { fold }) =>
      sound(characters) || (fold && sound(asCharacters(asText(characters).toLowerCase()))),
  ),
  "lets a constrained parameter end at the first place only": without((way) =>
    allEndFirst(way, ({ constraint }) => constraint),
  ),
  "lets any parameter end at the first place only": without((way) => allEndFirst(way, () => true)),
  "forgets short forms": without(({ route, form }) => form !== route.forms[1]),
  "minds the case of hosts": without(({ route }, { authority }) =>
    route.host === null || authority.host === authority.host.toLowerCase(),
  ),
  "sees no routes without a host in a URL": without(({ route }, { authority }) => !authority || route.host !== null),
  "tries hosts in no order": class extends Oracle {
    waysOf(fold, bytes, request) {
      const behindHost = ({ route, vector }) => vector.slice(route.host?.order.length ?? 1);
      return super.waysOf(fold, bytes, request).map((way) => ({ ...way, vector: behindHost(way) }));
    }
  },
  "tells the methods of one host": class extends Oracle {
    missed(ways, request) {
      const shape = ({ route }) => route.host?.shape;
      return super.missed(ways.filter((way) => shape(way) === shape(ways[0])), request);
    }
  },
  "tells 405 before it redirects": class extends Oracle {
    bySlash(request) {
      return this.waysOf(this.fold, request.path, request).length > 0 ? null : super.bySlash(request);
    }
  },
  "tells 405 before it cleans": class extends Oracle {
    byCleaning(request) {
      return this.waysOf(this.fold, request.path, request).length > 0 ? null : super.byCleaning(request);
    }
  },
  "cleans before it looks at the slash": class extends Oracle {
    bySlash(request) {
      return this.byCleaning(request) ?? super.bySlash(request);
    }
  },
  "tells the methods of the other form under redirect": underPolicy("missed", (slash) =>
    slash === "redirect" ? "ignore" : slash,
  ),
  "tells the methods of one form under ignore": underPolicy("missed", () => "strict"),
  "cleans without the slash policy": underPolicy("byCleaning", () => "strict"),
  "cleans in the case of the path only": class extends Oracle {
    cleanTarget(fold, cleaned, request) {
      return super.cleanTarget(this.fold, cleaned, request);
    }
  },
  "keeps the letters of the path": class extends Oracle {
    cleanTarget(fold, cleaned, request) {
      return super.cleanTarget(fold, cleaned, request) && cleaned;
    }
  },
  "forgets the query": redirecting((location) => location.replace(/[?#].*/s, "")),
  "escapes nothing": redirecting((location) => location.replace(/%20/g, " ")),
  "sends to two slashes": class extends Oracle {
    redirect(target, request) {
      return super.redirect(target, request) ?? super.redirect(target.subarray(1), request);
    }
  },
  "decodes the slashes of a catch-all": class extends Oracle {
    valueOf(raw, kind) {
      return super.valueOf(raw, kind === "rest" ? "param" : kind);
    }
  },
  "keeps the slashes of every parameter": class extends Oracle {
    valueOf(raw, kind) {
      return super.valueOf(raw, kind === "param" ? "rest" : kind);
    }
  },
  "lets a backslash pass": class extends Oracle {
    look(request) {
      const { path } = request;
      return super.look({ ...request, path: path.map((byte) => (byte === 0x5c ? 0x2d : byte)) });
    }
  },
  "gives all matches in another order": searching((matches) => matches.reverse()),
  "gives all matches but those of any method": searching((matches, { list }) =>
    matches.filter(({ route }) => list[route].method !== "*"),
  ),
  "gives one match for each pattern": searching((matches) =>
    matches.filter(({ pattern }, i) => matches.findIndex((match) => match.pattern === pattern) === i),
  ),
  "minds the last slash in a search for all matches": class extends Oracle {
    alone(route) {
      const alone = super.alone(route);
      alone.slash = "strict";
      return alone;
    }
  },
  "prefers the other form in a search for all matches": class extends Oracle {
    alone(route) {
      const alone = super.alone(route);
      alone.look = (request) => alone.bySlash(request) ?? Oracle.prototype.look.call(alone, request);
      return alone;
    }
  },
  "makes URLs that reach another route": class extends Oracle {
    url(name, values) {
      const route = this.list.find((other) => other.name === name);
      if (!route) return super.url(name, values);
      const alone = new Oracle({ trailingSlash: this.slash });
      alone.add(route.method, route.pattern, { name, host: route.hostText ?? undefined });
      return alone.url(name, values);
    }
  },
};

/* ------------------------------------------------------------------ looking for them */

const scriptOf = (seed) => randomScript(randomFrom(seed), LOOKUPS_A_TABLE);

/** The first difference; null if no table shows one. */
async function search(contender) {
  for (let seed = SEED; seed < SEED + MOST_TABLES; seed++) {
    const difference = await firstDifference(contender, askOracle(scriptOf(seed)));
    if (difference) return difference;
  }
  return null;
}

for (const [name, Faulty] of Object.entries(FAULTS)) {
  test(`an oracle that ${name} is found`, async () => {
    const found = await search(oracleContender(name, Faulty));
    assert.ok(found, `no difference in ${MOST_TABLES} tables`);
    const least = await shrink(found);
    assert.ok(least.steps.length <= found.steps.length && least.actual !== least.expected);
    assert.ok(describe(least).includes(least.expected));
  });
}

test("the oracle does not differ from itself", async () => {
  const itself = oracleContender("itself", Oracle);
  for (let seed = SEED; seed < SEED + 20; seed++)
    assert.equal(await firstDifference(itself, askOracle(scriptOf(seed))), null);
});
