import type { Access, Endpoint, Principal } from '../wire/endpoint.ts'
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
  return `does not have ${access === 'authenticated' ? 'this' : `${access.permission} on this ${access.resource}`}`
}

/** Refuses, at the start, an endpoint whose access rule names a field that its request lacks. */
export function checkRule({ access, request, path }: Endpoint): void {
  if (typeof access === 'string') return
  if (!request.fields.some(({ key }) => key === access.by))
    throw new Error(`the access rule of ${path} names '${access.by}', which its request does not have`)
}
