/// <reference lib="esnext.disposable" />
/*
 * The parameters of a route pattern, read from its literal type.
 *
 * A pattern is read as the parser reads it, but in large pieces (up to the next `:` or `*`, never character by
 * character), and every recursion is a tail call. So the compiler checks a table of some thousand routes in well under
 * a second, and no pattern within the limits is too deep for it. The type of a malformed pattern is unspecified: `add`
 * reports the error.
 *
 * A pattern with a host is written as in a route file: `:tenant.example.com/users/:id`.
 */

/** A value that a URL can be made of. Numbers are integers. */
export type UrlValue = string | number | bigint;

/**
 * The parameters of a route pattern as strings, as `params()` returns them: `RouteParams<"/users/:id<int>/*rest">` is
 * `{ id: string; rest: string }`. The parameter of an optional segment is optional. A pattern that is not a literal may
 * have parameters of any name.
 */
export type RouteParams<Pattern extends string> = Pattern extends string
  ? IsLiteral<Pattern> extends true
    ? Strings<Read<Pattern>>
    : Record<string, string>
  : never;

/**
 * The values that `url()` takes to make the URL of a route: an integer for `<int>` and `<uint>`, a string for other
 * types and for a catch-all, either for all other parameters.
 */
export type UrlParams<Pattern extends string> = Pattern extends string
  ? IsLiteral<Pattern> extends true
    ? Values<Read<Pattern>>
    : Record<string, UrlValue | undefined>
  : never;

/** What `url()` takes after the name: nothing is needed if all parameters are optional. */
export type UrlArguments<Pattern extends string> =
  Record<never, never> extends UrlParams<Pattern> ? [params?: UrlParams<Pattern>] : [params: UrlParams<Pattern>];

/** A route as `RouteTable.of` takes it and `routes()` returns it. */
export interface RouteEntry {
  readonly method: string;
  readonly pattern: string;
  readonly name?: string | undefined;
  readonly host?: string | undefined;
  readonly id?: number | undefined;
}

/**
 * The names of a list of routes, each with its pattern (after its host, if it has one): what a `RouteTable` knows.
 *
 * The compiler walks through the parts of such a type whenever one of its names is used. So the parts are texts, which
 * it does not enter, and the condition keeps it from storing the list with the type.
 */
export type NamedRoutes<List extends readonly RouteEntry[]> =
  LineOf<List[number]> extends infer Line extends string ? ByName<Line> : never;

/** The pattern that `add` takes: for a name that the table knows, only the pattern of that name. */
export type RoutePattern<Routes extends Record<string, string>, Name extends keyof Routes> = [Name] extends [never]
  ? string
  : PathPart<Routes[Name]>;

/** The options of `add`. */
export type RouteOptions<Routes extends Record<string, string>, Name extends keyof Routes> = {
  name?: Name | undefined;
  id?: number | undefined;
} & HostOption<[Name] extends [never] ? string : Routes[Name]>;

type HostOption<Pattern extends string> =
  HostPart<Pattern> extends infer Host extends string ? { host: Host } : { host?: HostPart<Pattern> };

/* The host of a pattern that begins with one, and the pattern after it. */
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

/* False for `string`, `any` and a template with a hole in it: as keys they stand for any number of names. */
type IsLiteral<Text extends string> = Record<never, never> extends Record<Text, 1> ? false : true;

/* The names of the parameters: of all, and of those that are integers, texts of a type, or optional. */
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
 * The pattern without its backslashes. An escaped character ends a name and has no other meaning, in literals and in
 * expressions. So has a `.`, which replaces each of them except for an escaped slash. Four at a time, because there may
 * be 2,048.
 */
type Plain<Text extends string, Done extends string = ""> =
  Text extends `${infer A}\\${infer W}${infer B}\\${infer X}${infer C}\\${infer Y}${infer D}\\${infer Z}${infer Rest}`
    ? Plain<Rest, `${Done}${A}${Unit<W>}${B}${Unit<X>}${C}${Unit<Y>}${D}${Unit<Z>}`>
    : Text extends `${infer A}\\${infer W}${infer Rest}`
      ? Plain<Rest, `${Done}${A}${Unit<W>}`>
      : `${Done}${Text}`;

type Unit<Escaped extends string> = Escaped extends "/" ? "/" : ".";

/*
 * The rest of the path, outside a parameter. `Index` has an element for each parameter so far, because an unnamed one
 * has its index as its name.
 */
type Path<
  Text extends string,
  Index extends 0[],
  All extends string,
  Integer extends string,
  Typed extends string,
  Optional extends string,
> = Text extends `${infer Literal}:${infer Rest}`
  ? Literal extends `${string}*${infer After}`
    ? Star<`${After}:${Rest}`, Index, All, Integer, Typed, Optional>
    : Name<Rest, Index, All, Integer, Typed, Optional>
  : Text extends `${string}*${infer After}`
    ? Star<After, Index, All, Integer, Typed, Optional>
    : { all: All; integer: Integer; text: Typed; optional: Optional };

/* After a `*`: the end, a slash, or the name of a catch-all. */
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
    : Text extends `${infer Name}/${infer Rest}`
      ? Path<Rest, [...Index, 0], All | Name, Integer, Typed | Name, Optional>
      : { all: All | Text; integer: Integer; text: Typed | Text; optional: Optional };

/* After a `:`. Most names end with their segment, so their end need not be searched for. */
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
    ? Question<AfterExpression<Rest>, Name, [...Index, 0], All | Name, Integer, Typed, Optional>
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

/* What ends a name: every ASCII character that a name cannot contain. (Nothing else may follow a name.) */
type End =
  | "\x00" | "\x01" | "\x02" | "\x03" | "\x04" | "\x05" | "\x06" | "\x07" | "\b" | "\t" | "\n" | "\v" | "\f" | "\r"
  | "\x0e" | "\x0f" | "\x10" | "\x11" | "\x12" | "\x13" | "\x14" | "\x15" | "\x16" | "\x17" | "\x18" | "\x19" | "\x1a"
  | "\x1b" | "\x1c" | "\x1d" | "\x1e" | "\x1f" | " " | "!" | '"' | "#" | "$" | "%" | "&" | "'" | "(" | ")" | "*" | "+"
  | "," | "-" | "." | "/" | ":" | ";" | "<" | "=" | ">" | "?" | "@" | "[" | "]" | "^" | "`" | "{" | "|" | "}" | "~"
  | "\x7f";

type Ended = `${string}${End}${string}`;

/*
 * The text before the first character that ends a name: the beginning without any such character. The usual ones are
 * tried first, because each of the others costs the compiler time.
 */
type Beginning<Text extends string> = Unended<CutAt<Text, "<" | "(" | "?" | "." | "-">> extends infer Name
  ? [Name] extends [never] ? Unended<CutAt<Text, End>> : Name & string
  : never;

type CutAt<Text extends string, At extends string> = At extends End
  ? Text extends `${infer Head}${At}${string}` ? Head : never
  : never;

type Unended<Head extends string> = Head extends Ended ? never : Head;

/* ---------------------------------------------------------------- expressions */

/* What follows the parenthesis that closes an expression. `Text` begins after the one that opens it. */
type AfterExpression<Text extends string, Depth extends 0[] = [0]> =
  Skip<Text, Depth, []> extends infer State
    ? State extends { text: infer Rest extends string; depth: infer Left extends 0[] }
      ? AfterExpression<Rest, Left>
      : State extends string ? State : never
    : never;

/*
 * Continues to the next `)` or class. After some hundred steps it returns how far it came, so that the compiler's limit
 * on recursion starts again.
 */
type Skip<Text extends string, Depth extends 0[], Steps extends 0[]> = Steps["length"] extends 400
  ? { text: Text; depth: Depth }
  : Text extends `${infer Before})${infer Rest}`
    ? Before extends `${infer Outside}[${string}`
      ? Text extends `${string}[${string}]${infer After}`
        ? Skip<After, Opened<Outside, Depth>, [...Steps, 0]>
        : ""
      : Opened<Before, Depth> extends [0, ...infer Left extends 0[]]
        ? Left extends [] ? Rest : Skip<Rest, Left, [...Steps, 0]>
        : never
    : "";

/* The depth after a text that opens groups and closes none. */
type Opened<Text extends string, Depth extends 0[]> = Text extends `${string}(${infer Rest}`
  ? Opened<Rest, [...Depth, 0]>
  : Depth;
