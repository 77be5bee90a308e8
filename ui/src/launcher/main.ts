import { mount } from 'svelte'
import '../app.css'
import Launcher from './Launcher.svelte'

const target = document.getElementById('app')
if (target) mount(Launcher, { target })
