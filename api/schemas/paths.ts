// Addresses: which route patterns an address fits, whatever the method. For "method not allowed".

const parameter = /:[A-Za-z]+/g;

/** `/api/v1/groups/:group` → a test for addresses. */
export function patternOf(path: string): RegExp {
  const parts = path.split(parameter).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

export type MethodsAt = (address: string) => readonly string[];

/** GET implies HEAD; every known address answers OPTIONS. */
export function methodsAt(
  routes: readonly { readonly method: string; readonly path: string }[],
): MethodsAt {
  const known = routes.map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return (address) => {
    const [path = ''] = address.split('?');
    const methods = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (methods.length === 0) return [];
    const heads = methods.includes('GET') ? ['HEAD'] : [];
    return [...new Set([...methods, ...heads, 'OPTIONS'])].sort();
  };
}
