export * from './accounts'
export * from './admin'
export * from './chat'
export * from './files'
export * from './hub'
export * from './mail'
export * from './moving'
export * from './network'
export * from './notifications'
export * from './programs'
export * from './search'
export * from './tasks'
export { isProblem, Problem, type FieldError, type ProblemCode } from './problem'
export type * from './types'
export {
  Realtime,
  type ConnectionState,
  type EventFrame,
  type PresenceState,
  type RealtimeHandlers,
  type Whisper,
} from './realtime'
export { backoff } from './backoff'
export { discardUpload, upload, type UploadOptions } from './uploads'
