/** Which service answers which path. */
export const routes: Record<string, string> = {
  "/catalog": "http://catalog:3000",
  "/checkout": "http://checkout:3000",
  "/accounts": "http://accounts:3000",
};
