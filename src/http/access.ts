import type { Access, Endpoint, Principal, Rule } from '../wire/endpoint.ts'
import { ApiError } from '../wire/errors.ts'

/** Who everybody is until accounts exist: the owner of the machine, who may do everything. */
export const localPrincipal: Principal = { name: 'local', isAdmin: true }

/**
 * Lets a call pass or refuses it.
 *
 * @throws ApiError `PERMISSION_DENIED`
 */
export function checkAccess(principal: Principal, access: Access): void {
  if (access === 'public' || principal.isAdmin) return
  throw new ApiError('PERMISSION_DENIED', `'${principal.name}' ${lacking(access)}`)
}

function lacking(access: Exclude<Access, 'public'>): string {
  if (access === 'admin') return 'is not an administrator'
  if (access === 'authenticated') return 'does not have this'
  const [{ permission, resource }] = rulesOf(access) as [Rule]
  return `does not have ${permission} on this ${resource}`
}

/** Refuses, at the start, an endpoint whose access rule names a field that its request lacks. */
export function checkRule({ access, request, path }: Endpoint): void {
  for (const { by } of rulesOf(access))
    if (!request.fields.some(({ key }) => key === by))
      throw new Error(`the access rule of ${path} names '${by}', which its request does not have`)
}

/** The rules of an endpoint that is about resources. */
export function rulesOf(access: Access): readonly Rule[] {
  if (typeof access === 'string') return []
  return 'resource' in access ? [access] : access
}
