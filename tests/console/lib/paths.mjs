// A path of the description, as it is matched with an address: of several that match, the one with more fixed parts is meant.
export const described = (path) => ({
  path, fixed: path.split('/').filter((part) => !part.startsWith('{')).length,
  matches: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
});
export const fixedFirst = (a, b) => b.fixed - a.fixed;
