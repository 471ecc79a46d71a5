/*
 * The classes of the web as Workers' own types declare them, in so far as an app meets them: no `lib` has them, some are
 * interfaces beside a variable, and they have members that no page knows.
 */

interface Body {
  readonly body: ReadableStream | null;
  text(): Promise<string>;
  formData(): Promise<FormData>;
}
type BodyInit =
  | ReadableStream<Uint8Array>
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | URLSearchParams
  | FormData
  | Iterable<ArrayBuffer | ArrayBufferView>;
type HeadersInit = Headers | Iterable<Iterable<string>> | Record<string, string>;

declare class Headers {
  constructor(init?: HeadersInit);
  get(name: string): string | null;
  set(name: string, value: string): void;
  forEach(callback: (value: string, key: string, parent: Headers) => void): void;
}

interface ResponseInit {
  status?: number;
  headers?: HeadersInit;
  webSocket?: object | null;
}
interface Response extends Body {
  status: number;
  headers: Headers;
  webSocket: object | null;
}
declare var Response: {
  prototype: Response;
  new (body?: BodyInit | null, init?: ResponseInit): Response;
};

interface RequestInit<Cf = { colo: string }> {
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit | null;
  cf?: Cf;
}
interface Request<Host = unknown, Cf = { colo: string }> extends Body {
  method: string;
  url: string;
  headers: Headers;
  cf?: Cf;
  clone(): Request<Host, Cf>;
}
declare var Request: {
  prototype: Request;
  new <Host = unknown, Cf = { colo: string }>(input: Request<Host, Cf> | string | URL, init?: RequestInit<Cf>): Request<
    Host,
    Cf
  >;
};

interface ReadableStream<R = any> {
  readonly locked: boolean;
  cancel(reason?: any): Promise<void>;
  getReader(): { read(): Promise<{ value?: R; done: boolean }> };
  getReader(options: { mode: "byob" }): { readAtLeast(minimum: number): Promise<object> };
  [Symbol.asyncIterator](): AsyncIterableIterator<R>;
}
declare const ReadableStream: {
  prototype: ReadableStream;
  new <R = any>(source?: object): ReadableStream<R>;
};

declare class Blob {
  get size(): number;
}
declare class FormData {
  get(name: string): Blob | string | null;
  getAll(name: string): (Blob | string)[];
}
declare class URL {
  constructor(url: string | URL, base?: string | URL);
  get href(): string;
}
declare class URLSearchParams {
  constructor(init?: string);
  get(name: string): string | null;
  getAll(name: string): string[];
  sort(): void;
}
declare function fetch(input: Request<any, any> | string | URL, init?: RequestInit): Promise<Response>;

interface ExecutionContext<Props = unknown> {
  waitUntil(promise: Promise<any>): void;
  passThroughOnException(): void;
  readonly props: Props;
}
interface ExportedHandler<Env = unknown, Props = unknown> {
  fetch?: (
    request: Request<unknown, { colo: string; incoming: boolean }>,
    env: Env,
    ctx: ExecutionContext<Props>,
  ) => Response | Promise<Response>;
  tail?: (events: object[], env: Env, ctx: ExecutionContext<Props>) => void | Promise<void>;
  trace?: (traces: object[], env: Env, ctx: ExecutionContext<Props>) => void | Promise<void>;
  scheduled?: (controller: object, env: Env, ctx: ExecutionContext<Props>) => void | Promise<void>;
  test?: (controller: object, env: Env, ctx: ExecutionContext<Props>) => void | Promise<void>;
  email?: (message: object, env: Env, ctx: ExecutionContext<Props>) => void | Promise<void>;
  queue?: (batch: object, env: Env, ctx: ExecutionContext<Props>) => void | Promise<void>;
}
