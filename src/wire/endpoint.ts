import type { Input, Message, Schema, Value } from './schema.ts'

export type Permission = 'READ' | 'EDIT' | 'MANAGE'
export type Resource = 'experiment' | 'run' | 'logged_model' | 'artifact' | 'registered_model'

export interface Rule<Key extends PropertyKey = string> {
  readonly resource: Resource
  /** The field of the request that names it. */
  readonly by: Key
  readonly permission: Permission
}

/**
 * Who may call an endpoint: everyone, everyone who is known, administrators, or who holds a
 * permission on the resource that the request names; of several, on each that it names.
 */
export type Access<Key extends PropertyKey = string> =
  | 'public'
  | 'authenticated'
  | 'admin'
  | Rule<Key>
  | readonly Rule<Key>[]

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Endpoint<Out = any, In = any, Answer = any, Given = any> {
  readonly method: Method | readonly Method[]
  /**
   * Where it is served. `/{api}/…` is both `/api/…` and `/ajax-api/…`;
   * `:name` is one segment, `:name{.+}` the rest of the path.
   */
  readonly path: string
  readonly access: Access
  readonly request: Message<Out, In>
  readonly response: Schema<Answer, Given>
  /** The body is bytes for the handler; the request's fields come from path and query alone. */
  readonly rawBody?: true
}

/** Declares one endpoint: the single place that says what it takes, answers and asks of its caller. */
export const endpoint = <Out, In, Answer, Given>(
  declared: Omit<Endpoint<Out, In, Answer, Given>, 'access'> & { readonly access: Access<keyof Out & string> },
): Endpoint<Out, In, Answer, Given> => declared as Endpoint<Out, In, Answer, Given>

/** A bare HTTP response: bytes, text or events rather than a message. */
export const raw: Schema<Response> = {
  kind: 'response',
  read: (value) => value as Response,
  write: (value) => value,
}

export type Service = Record<string, Endpoint>
export type Contract = Record<string, Service>

/** Who calls. `local` is the one principal there is until accounts exist; it may do everything. */
export interface Principal {
  readonly name: string
  readonly isAdmin: boolean
}

export interface Context {
  readonly request: Request
  readonly principal: Principal
}

/** What serves a service: one function for each of its endpoints, none left out. */
export type Handlers<S extends Service> = {
  readonly [K in keyof S]: (
    request: Value<S[K]['request']>,
    context: Context,
  ) => Promise<Input<S[K]['response']>> | Input<S[K]['response']>
}

/** The same service as its callers see it. */
export type Calls<S extends Service> = {
  readonly [K in keyof S]: (request: Input<S[K]['request']>, options?: CallOptions) => Promise<Value<S[K]['response']>>
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Bytes to send, for endpoints that take them. */
  readonly body?: BodyInit
}

export const methodsOf = ({ method }: Endpoint): readonly Method[] => (typeof method === 'string' ? [method] : method)

/** The prefixes that an `/{api}/` path is served under; the first is the one that clients call. */
export const pathsOf = ({ path }: Endpoint): string[] =>
  path.startsWith('/{api}/') ? ['/api/', '/ajax-api/'].map((prefix) => prefix + path.slice('/{api}/'.length)) : [path]
