import { endpoint } from './endpoint.ts'
import { version } from './model-versions.ts'
import { bool, defaults, int64, list, message, nonEmpty, oneOf, optional, string, type Value } from './schema.ts'

export const ActivityType = oneOf('ActivityType', {
  APPLIED_TRANSITION: 1,
  REQUESTED_TRANSITION: 2,
  CANCELLED_REQUEST: 4,
  APPROVED_REQUEST: 5,
  REJECTED_REQUEST: 6,
})

/** Something that was asked or decided about the stage of a version. */
export const Activity = message('Activity', {
  id: string,
  creationTimestamp: int64,
  userId: string,
  activityType: ActivityType,
  comment: optional(string),
  fromStage: optional(string),
  toStage: string,
})
export type Activity = Value<typeof Activity>

const edit = { resource: 'registered_model', by: 'name', permission: 'EDIT' } as const
const manage = { resource: 'registered_model', by: 'name', permission: 'MANAGE' } as const
const wish = { name: nonEmpty, version, stage: nonEmpty, comment: optional(string) }
const decided = message('ActivityAnswer', { activity: Activity })

/** Asking for a move to another stage, for somebody else to decide. */
export const transitionRequests = {
  create: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/transition-requests/create',
    access: edit,
    request: message('CreateTransitionRequest', wish),
    response: message('CreateTransitionRequest.Response', { request: Activity }),
  }),
  list: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/transition-requests/list',
    access: { ...edit, permission: 'READ' },
    request: message('ListTransitionRequests', { name: nonEmpty, version }),
    response: message('ListTransitionRequests.Response', { requests: list(Activity) }),
  }),
  approve: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/transition-requests/approve',
    access: manage,
    request: message('ApproveTransitionRequest', { ...wish, archiveExistingVersions: defaults(bool, false) }),
    response: decided,
  }),
  reject: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/transition-requests/reject',
    access: manage,
    request: message('RejectTransitionRequest', wish),
    response: decided,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow/transition-requests/delete',
    access: edit,
    request: message('DeleteTransitionRequest', { ...wish, creator: nonEmpty }),
    response: decided,
  }),
}
