export { AccountCommands } from '$features/accounts'
export { Palette } from '$features/palette'
export { SearchCommands } from '$features/search'
