import { applyStoredTheme } from '$shared'

// Before anything is drawn, so that a chosen theme never flashes the other one.
applyStoredTheme()
