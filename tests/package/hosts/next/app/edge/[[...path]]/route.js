import { handle } from "../../../handle.mjs";

export const runtime = "edge";
export { handle as DELETE, handle as GET, handle as HEAD, handle as POST, handle as PUT };
