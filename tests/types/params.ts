// RouteParams and UrlParams, pattern by pattern. What is wrong here does not compile: types.test.mjs runs the compiler.

import { expectTypeOf } from "expect-type";
import type { RouteParams, UrlParams } from "wye";

type Any = string | number | bigint;
type Integer = number | bigint;

// ------------------------------------------------------------------ names

expectTypeOf<RouteParams<"/">>().toEqualTypeOf<{}>();
expectTypeOf<RouteParams<"/users/new">>().toEqualTypeOf<{}>();
expectTypeOf<RouteParams<"/users/:id">>().toEqualTypeOf<{ id: string }>();
expectTypeOf<RouteParams<"/:_a1/x/:B_/">>().toEqualTypeOf<{ _a1: string; B_: string }>();
expectTypeOf<RouteParams<"/:base...:head">>().toEqualTypeOf<{ base: string; head: string }>();
expectTypeOf<RouteParams<"/v:major.:minor/:name.png">>().toEqualTypeOf<
  { major: string; minor: string; name: string }
>();
expectTypeOf<RouteParams<"/:a~:b,:c;:d=:e@:f!:g">>().toEqualTypeOf<
  { a: string; b: string; c: string; d: string; e: string; f: string; g: string }
>();
expectTypeOf<RouteParams<"/:a b/:c\t/:d%20">>().toEqualTypeOf<{ a: string; c: string; d: string }>();
expectTypeOf<RouteParams<"/:__proto__/:constructor">>().toEqualTypeOf<{ __proto__: string; constructor: string }>();

// ------------------------------------------------------------------ catch-alls and anonymous parameters

expectTypeOf<RouteParams<"/files/*path">>().toEqualTypeOf<{ path: string }>();
expectTypeOf<RouteParams<"/files/*">>().toEqualTypeOf<{ "*": string }>();
expectTypeOf<RouteParams<"/*/b">>().toEqualTypeOf<{ "0": string }>();
expectTypeOf<RouteParams<"/:a/*/:b/*/*">>().toEqualTypeOf<
  { a: string; "1": string; b: string; "3": string; "*": string }
>();
expectTypeOf<RouteParams<"/*/">>().toEqualTypeOf<{ "0": string }>();
expectTypeOf<RouteParams<"/*\\/b">>().toEqualTypeOf<{ "0": string }>();

// ------------------------------------------------------------------ escapes

expectTypeOf<RouteParams<"/a\\:b/\\*/\\*c/:d">>().toEqualTypeOf<{ d: string }>();
expectTypeOf<RouteParams<"/:x\\baz">>().toEqualTypeOf<{ x: string }>();
expectTypeOf<RouteParams<"/:x\\:y">>().toEqualTypeOf<{ x: string }>();
expectTypeOf<RouteParams<"/:x\\<int>">>().toEqualTypeOf<{ x: string }>();
expectTypeOf<RouteParams<"/:x\\(y:z">>().toEqualTypeOf<{ x: string; z: string }>();
expectTypeOf<RouteParams<"/:x\\?">>().toEqualTypeOf<{ x: string }>();
expectTypeOf<RouteParams<"/\\\\:x/\\\\\\:y">>().toEqualTypeOf<{ x: string }>();
expectTypeOf<RouteParams<"/:x\\é/:y">>().toEqualTypeOf<{ x: string; y: string }>();

// ------------------------------------------------------------------ optional segments

expectTypeOf<RouteParams<"/users/:id?">>().toEqualTypeOf<{ id?: string }>();
expectTypeOf<RouteParams<"/:a/:b?">>().toEqualTypeOf<{ a: string; b?: string }>();
expectTypeOf<RouteParams<"/:a/:b<int>?">>().toEqualTypeOf<{ a: string; b?: string }>();
expectTypeOf<RouteParams<"/:a/:b(\\d?)?">>().toEqualTypeOf<{ a: string; b?: string }>();
expectTypeOf<RouteParams<"/:lang?/about">>().toEqualTypeOf<{ lang?: string }>();
expectTypeOf<RouteParams<"/docs/latest?/:page">>().toEqualTypeOf<{ page: string }>();
expectTypeOf<RouteParams<"/:year?/:month?/*rest">>().toEqualTypeOf<{ year?: string; month?: string; rest: string }>();

// ------------------------------------------------------------------ catch-alls in the middle

expectTypeOf<RouteParams<"/v2/*name/blobs/:digest">>().toEqualTypeOf<{ name: string; digest: string }>();
expectTypeOf<RouteParams<"/*a/x/*/y/*b">>().toEqualTypeOf<{ a: string; "1": string; b: string }>();
expectTypeOf<RouteParams<"/*path/">>().toEqualTypeOf<{ path: string }>();
expectTypeOf<RouteParams<"/*path/:id?">>().toEqualTypeOf<{ path: string; id?: string }>();

// ------------------------------------------------------------------ constraints

expectTypeOf<RouteParams<"/users/:id<int>/*rest">>().toEqualTypeOf<{ id: string; rest: string }>();
expectTypeOf<RouteParams<"/:a<int(1..500)>-:b<uint(..9)>">>().toEqualTypeOf<{ a: string; b: string }>();
expectTypeOf<RouteParams<"/:y(\\d{4})-:m(\\d\\d)">>().toEqualTypeOf<{ y: string; m: string }>();
expectTypeOf<RouteParams<"/:x(a(?:b|(c))*d)/:y">>().toEqualTypeOf<{ x: string; y: string }>();
expectTypeOf<RouteParams<"/:x([)])/:y">>().toEqualTypeOf<{ x: string; y: string }>();
expectTypeOf<RouteParams<"/:x([(:a])/:y">>().toEqualTypeOf<{ x: string; y: string }>();
expectTypeOf<RouteParams<"/:x((a[^)(\\]]b)(:no)*)/:y">>().toEqualTypeOf<{ x: string; y: string }>();
expectTypeOf<RouteParams<"/:x(\\)\\(\\[)/:y">>().toEqualTypeOf<{ x: string; y: string }>();
expectTypeOf<RouteParams<"/:x(a/:no/*b)/:y">>().toEqualTypeOf<{ x: string; y: string }>();
expectTypeOf<RouteParams<"/:x(ü)[:y]/:z">>().toEqualTypeOf<{ x: string; y: string; z: string }>();

// ------------------------------------------------------------------ hosts

expectTypeOf<RouteParams<"api.example.com/users/:id">>().toEqualTypeOf<{ id: string }>();
expectTypeOf<RouteParams<":tenant.example.com/users/:id">>().toEqualTypeOf<{ tenant: string; id: string }>();
expectTypeOf<RouteParams<":a.:b.x.:c/*/:d">>().toEqualTypeOf<
  { a: string; b: string; c: string; "0": string; d: string }
>();
expectTypeOf<RouteParams<"*.example.com/*">>().toEqualTypeOf<{ "*": string }>();
expectTypeOf<RouteParams<"[::1]/:id">>().toEqualTypeOf<{ id: string }>();

// ------------------------------------------------------------------ what is no literal

declare const segment: string;
const template = `/users/${segment}` as const;
expectTypeOf<RouteParams<string>>().toEqualTypeOf<Record<string, string>>();
expectTypeOf<RouteParams<typeof template>>().toEqualTypeOf<Record<string, string>>();
expectTypeOf<RouteParams<"/:a" | "/x/:b">>().toEqualTypeOf<{ a: string } | { b: string }>();
expectTypeOf<RouteParams<never>>().toEqualTypeOf<never>();

// ------------------------------------------------------------------ values for url()

expectTypeOf<UrlParams<"/users/:id">>().toEqualTypeOf<{ id: Any }>();
expectTypeOf<UrlParams<"/:a<int>/:b<uint(1..9)>/:c(\\d+)">>().toEqualTypeOf<{ a: Integer; b: Integer; c: Any }>();
expectTypeOf<UrlParams<"/:a<hex>/:b<alpha(2..)>/:c<alnum>/:d<slug>/:e<uuid>/:f<date>">>().toEqualTypeOf<
  { a: string; b: string; c: string; d: string; e: string; f: string }
>();
expectTypeOf<UrlParams<"/:a/*rest">>().toEqualTypeOf<{ a: Any; rest: string }>();
expectTypeOf<UrlParams<"/*path/:id<int>">>().toEqualTypeOf<{ path: string; id: Integer }>();
expectTypeOf<UrlParams<"/*/*">>().toEqualTypeOf<{ "0": Any; "*": string }>();
expectTypeOf<UrlParams<"/:a/:b<int>?">>().toEqualTypeOf<{ a: Any; b?: Integer | undefined }>();
expectTypeOf<UrlParams<":tenant.example.com/:id<uint>">>().toEqualTypeOf<{ tenant: Any; id: Integer }>();
expectTypeOf<UrlParams<"/">>().toEqualTypeOf<Record<string, never>>();
expectTypeOf<UrlParams<string>>().toEqualTypeOf<Record<string, Any | undefined>>();
