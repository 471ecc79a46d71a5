// Next is linked from outside of this folder, hence the root. The app redirects by itself.
export default { turbopack: { root: "/" }, outputFileTracingRoot: "/", skipTrailingSlashRedirect: true };
