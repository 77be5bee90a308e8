export { randomId } from './ids'
export { leaseLock, tabLock, type Lock } from './locks'
export { deviceStore, type Store } from './storage'
