/** The modules, by the first part of a path below /api. */
const { USERS_URL, CRM_URL, SERVICES_URL, APPOINTMENTS_URL } = process.env;
export const modules: Record<string, string> = {
  users: USERS_URL ?? "http://user-management:3000",
  customers: CRM_URL ?? "http://crm:3000",
  services: SERVICES_URL ?? "http://services:3000",
  appointments: APPOINTMENTS_URL ?? "http://agendamento:3000",
};

/** The address that serves a path below /api, if a module does. */
export function address(path: string): string | undefined {
  const [, name = ""] = path.split("/");
  return Object.hasOwn(modules, name) ? modules[name] + path : undefined;
}
