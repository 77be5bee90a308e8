export { AccountCommands } from '$features/accounts'
export { Palette } from '$features/palette'
