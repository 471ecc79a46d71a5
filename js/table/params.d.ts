/// <reference lib="esnext.disposable" />
/*
 * The parameters of a route pattern, read from its literal type.
 *
 * A pattern is read as the parser reads it, but by whole pieces: up to the next `:` or `*`, never character by
 * character, and every step that repeats is a tail call. So a table of some thousand routes is checked in well under
 * a second, and no pattern within the limits is too deep for the compiler. A malformed pattern has some type or
 * other: the error comes from `add`.
 *
 * A pattern with a host is written as in a route file: `:tenant.example.com/users/:id`.
 */

/** A value that a URL can be made of. Numbers are integers. */
export type UrlValue = string | number | bigint;

/**
 * The parameters of a route pattern as strings, which is what `params()` gives: `RouteParams<"/users/:id<int>/*rest">`
 * is `{ id: string; rest: string }`. What an optional segment leaves out is optional. A pattern that is no literal has
 * parameters of any name.
 */
export type RouteParams<Pattern extends string> = Pattern extends string
  ? IsLiteral<Pattern> extends true
    ? Strings<Read<Pattern>>
    : Record<string, string>
  : never;

/**
 * The values of which `url()` makes the URL of a route: an integer for `<int>` and `<uint>`, a string for the other
 * types and a catch-all, either for the rest.
 */
export type UrlParams<Pattern extends string> = Pattern extends string
  ? IsLiteral<Pattern> extends true
    ? Values<Read<Pattern>>
    : Record<string, UrlValue | undefined>
  : never;

/** What `url()` takes behind the name: nothing is needed where all parameters can be left out. */
export type UrlArguments<Pattern extends string> =
  Record<never, never> extends UrlParams<Pattern> ? [params?: UrlParams<Pattern>] : [params: UrlParams<Pattern>];

/** A route as `RouteTable.of` takes it, and as `routes()` gives it. */
export interface RouteEntry {
  readonly method: string;
  readonly pattern: string;
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly id?: number | undefined;
}

/**
 * The names of a list of routes, each with its pattern (behind its host, if it has one): what a `RouteTable` knows.
 *
 * The compiler goes through what such a type is made of whenever one of its names is used. So it is made of texts,
 * which are not gone through, and the condition keeps the list from being remembered with it.
 */
export type NamedRoutes<List extends readonly RouteEntry[]> =
  LineOf<List[number]> extends infer Line extends string ? ByName<Line> : never;

/** The pattern that `add` takes: of a route whose name the table knows, the one that it knows. */
export type RoutePattern<Routes extends Record<string, string>, Name extends keyof Routes> = [Name] extends [never]
  ? string
  : PathPart<Routes[Name]>;

/** What `add` takes beside it. */
export type RouteOptions<Routes extends Record<string, string>, Name extends keyof Routes> = {
  name?: Name | undefined;
  id?: number | undefined;
} & HostOption<[Name] extends [never] ? string : Routes[Name]>;

type HostOption<Pattern extends string> =
  HostPart<Pattern> extends infer Host extends string ? { host: Host } : { host?: HostPart<Pattern> };

/* The host of a pattern that begins with one, and the pattern behind it. */
type HostPart<Pattern extends string> =
  IsLiteral<Pattern> extends true
    ? Pattern extends `/${string}` ? undefined : Pattern extends `${infer Host}/${string}` ? Host : undefined
    : string | undefined;

type PathPart<Pattern extends string> =
  IsLiteral<Pattern> extends true
    ? Pattern extends `/${string}` ? Pattern : Pattern extends `${string}/${infer Path}` ? `/${Path}` : Pattern
    : string;

/* ---------------------------------------------------------------- lists of routes */

type ByName<Line extends string> = { [Each in Line as NameIn<Each>]: PatternIn<Each> };

/* A route as one text: name, NUL, host, pattern. */
type LineOf<Entry extends RouteEntry> = Entry extends RouteEntry
  ? `${NameOf<Entry>}\0${HostOf<Entry>}${Entry["pattern"]}`
  : never;

type NameOf<Entry extends RouteEntry> = Entry extends { readonly name?: infer Name } ? Extract<Name, string> : never;

type HostOf<Entry extends RouteEntry> = Entry extends { readonly host: infer Host extends string } ? Host : "";

type NameIn<Line extends string> = Line extends `${infer Name}\0${string}` ? Name : never;

type PatternIn<Line extends string> = Line extends `${string}\0${infer Pattern}` ? Pattern : never;

/* ---------------------------------------------------------------- results */

/* `string`, and a template with a hole in it, can be a key of any number of names; so can `any`. */
type IsLiteral<Text extends string> = Record<never, never> extends Record<Text, 1> ? false : true;

/* What was read: the names of all parameters, and which of them are integers, texts of a type, or can be left out. */
interface Found {
  all: string;
  integer: string;
  text: string;
  optional: string;
}

type Strings<F extends Found> = [F["optional"]] extends [never]
  ? { [Name in F["all"]]: string }
  : Flat<{ [Name in Exclude<F["all"], F["optional"]>]: string } & { [Name in F["optional"]]?: string }>;

type Values<F extends Found> = [F["all"]] extends [never]
  ? Record<string, never>
  : [F["optional"]] extends [never]
    ? { [Name in F["all"]]: Value<F, Name> }
    : Flat<
        { [Name in Exclude<F["all"], F["optional"]>]: Value<F, Name> } & {
          [Name in F["optional"]]?: Value<F, Name> | undefined;
        }
      >;

type Value<F extends Found, Name> = Name extends F["integer"]
  ? number | bigint
  : Name extends F["text"] ? string : UrlValue;

type Flat<T> = { [Key in keyof T]: T[Key] };

/* ---------------------------------------------------------------- reading */

type Read<Pattern extends string> = Pattern extends `/${string}`
  ? Path<Plain<Pattern>, [], never, never, never, never>
  : Pattern extends `${infer Host}/${infer Rest}`
    ? Path<Plain<Rest>, [], Labels<Host, never>, never, never, never>
    : Path<Plain<Pattern>, [], never, never, never, never>;

/* The names of a host's labels. An address in brackets has none. */
type Labels<Host extends string, All extends string> = Host extends `[${string}`
  ? All
  : Host extends `${string}:${infer Name}.${infer Rest}`
    ? Labels<Rest, All | Name>
    : Host extends `${string}:${infer Name}` ? All | Name : All;

/*
 * The pattern without its backslashes. An escaped character ends a name and means nothing, in literals and in
 * expressions; a `.` does the same, and only an escaped slash stays one. Four at a time, as there may be 2,048.
 */
type Plain<Text extends string, Done extends string = ""> =
  Text extends `${infer A}\\${infer W}${infer B}\\${infer X}${infer C}\\${infer Y}${infer D}\\${infer Z}${infer Rest}`
    ? Plain<Rest, `${Done}${A}${Unit<W>}${B}${Unit<X>}${C}${Unit<Y>}${D}${Unit<Z>}`>
    : Text extends `${infer A}\\${infer W}${infer Rest}`
      ? Plain<Rest, `${Done}${A}${Unit<W>}`>
      : `${Done}${Text}`;

type Unit<Escaped extends string> = Escaped extends "/" ? "/" : ".";

/*
 * The path from here on, outside of a parameter. `Index` has an element for each parameter so far: anonymous ones are
 * named by their number.
 */
type Path<
  Text extends string,
  Index extends 0[],
  All extends string,
  Integer extends string,
  Typed extends string,
  Optional extends string,
> = Text extends `${infer Literal}:${infer Rest}`
  ? Literal extends `${string}*${infer Behind}`
    ? Star<`${Behind}:${Rest}`, Index, All, Integer, Typed, Optional>
    : Name<Rest, Index, All, Integer, Typed, Optional>
  : Text extends `${string}*${infer Behind}`
    ? Star<Behind, Index, All, Integer, Typed, Optional>
    : { all: All; integer: Integer; text: Typed; optional: Optional };

/* Behind a `*`: the end, a slash, or the name of a catch-all. */
type Star<
  Text extends string,
  Index extends 0[],
  All extends string,
  Integer extends string,
  Typed extends string,
  Optional extends string,
> = Text extends ""
  ? { all: All | "*"; integer: Integer; text: Typed | "*"; optional: Optional }
  : Text extends `/${string}`
    ? Path<Text, [...Index, 0], All | `${Index["length"]}`, Integer, Typed, Optional>
    : { all: All | Text; integer: Integer; text: Typed | Text; optional: Optional };

/* Behind a `:`. Most names end with their segment, and are known without looking for their end. */
type Name<
  Text extends string,
  Index extends 0[],
  All extends string,
  Integer extends string,
  Typed extends string,
  Optional extends string,
> = Text extends `${infer Segment}/${infer Rest}`
  ? Segment extends Ended
    ? Constraint<Text, Beginning<Segment>, Index, All, Integer, Typed, Optional>
    : Path<Rest, [...Index, 0], All | Segment, Integer, Typed, Optional>
  : Text extends Ended
    ? Constraint<Text, Beginning<Text>, Index, All, Integer, Typed, Optional>
    : { all: All | Text; integer: Integer; text: Typed; optional: Optional };

/* `Text` begins with a name, and something that ends it. */
type Constraint<
  Text extends string,
  Name extends string,
  Index extends 0[],
  All extends string,
  Integer extends string,
  Typed extends string,
  Optional extends string,
> = Text extends `${Name}<${infer Type}>${infer Rest}`
  ? BaseOf<Type> extends "int" | "uint"
    ? Question<Rest, Name, [...Index, 0], All | Name, Integer | Name, Typed, Optional>
    : Question<Rest, Name, [...Index, 0], All | Name, Integer, Typed | Name, Optional>
  : Text extends `${Name}(${infer Rest}`
    ? Question<BehindExpression<Rest>, Name, [...Index, 0], All | Name, Integer, Typed, Optional>
    : Text extends `${Name}${infer Rest}`
      ? Question<Rest, Name, [...Index, 0], All | Name, Integer, Typed, Optional>
      : never;

type Question<
  Text extends string,
  Name extends string,
  Index extends 0[],
  All extends string,
  Integer extends string,
  Typed extends string,
  Optional extends string,
> = Text extends `?${infer Rest}`
  ? Path<Rest, Index, All, Integer, Typed, Optional | Name>
  : Path<Text, Index, All, Integer, Typed, Optional>;

type BaseOf<Type extends string> = Type extends `${infer Base}(${string}` ? Base : Type;

/* ---------------------------------------------------------------- names */

/* What ends a name: every ASCII character that is none of a name's (and nothing else may stand behind one). */
type End =
  | "\x00" | "\x01" | "\x02" | "\x03" | "\x04" | "\x05" | "\x06" | "\x07" | "\b" | "\t" | "\n" | "\v" | "\f" | "\r"
  | "\x0e" | "\x0f" | "\x10" | "\x11" | "\x12" | "\x13" | "\x14" | "\x15" | "\x16" | "\x17" | "\x18" | "\x19" | "\x1a"
  | "\x1b" | "\x1c" | "\x1d" | "\x1e" | "\x1f" | " " | "!" | '"' | "#" | "$" | "%" | "&" | "'" | "(" | ")" | "*" | "+"
  | "," | "-" | "." | "/" | ":" | ";" | "<" | "=" | ">" | "?" | "@" | "[" | "]" | "^" | "`" | "{" | "|" | "}" | "~"
  | "\x7f";

type Ended = `${string}${End}${string}`;

/*
 * The text in front of the first character that ends a name. A beginning that holds no such character is it; the
 * usual ones are tried before all others, of which each costs the compiler something.
 */
type Beginning<Text extends string> = Unended<CutAt<Text, "<" | "(" | "?" | "." | "-">> extends infer Name
  ? [Name] extends [never] ? Unended<CutAt<Text, End>> : Name & string
  : never;

type CutAt<Text extends string, At extends string> = At extends End
  ? Text extends `${infer Head}${At}${string}` ? Head : never
  : never;

type Unended<Head extends string> = Head extends Ended ? never : Head;

/* ---------------------------------------------------------------- expressions */

/* What stands behind the bracket that closes an expression. `Text` begins behind the one that opens it. */
type BehindExpression<Text extends string, Depth extends 0[] = [0]> =
  Skip<Text, Depth, []> extends infer State
    ? State extends { text: infer Rest extends string; depth: infer Left extends 0[] }
      ? BehindExpression<Rest, Left>
      : State extends string ? State : never
    : never;

/*
 * Goes on to the next `)` or class. After some hundred steps it gives back how far it came, so that the compiler counts
 * them anew.
 */
type Skip<Text extends string, Depth extends 0[], Steps extends 0[]> = Steps["length"] extends 400
  ? { text: Text; depth: Depth }
  : Text extends `${infer Before})${infer Rest}`
    ? Before extends `${infer Outside}[${string}`
      ? Text extends `${string}[${string}]${infer Behind}`
        ? Skip<Behind, Opened<Outside, Depth>, [...Steps, 0]>
        : ""
      : Opened<Before, Depth> extends [0, ...infer Left extends 0[]]
        ? Left extends [] ? Rest : Skip<Rest, Left, [...Steps, 0]>
        : never
    : "";

/* The depth behind a text that opens groups and closes none. */
type Opened<Text extends string, Depth extends 0[]> = Text extends `${string}(${infer Rest}`
  ? Opened<Rest, [...Depth, 0]>
  : Depth;
