; Windows asks about the firewall when Hearth first listens on the network, in words of its own. This says beforehand what
; the question will be about, so that the right answer is given once. A rule of our own would need an administrator, and
; Hearth is installed without one.
!macro NSIS_HOOK_POSTINSTALL
  IfSilent hearth_firewall_done
  MessageBox MB_OK|MB_ICONINFORMATION "When your team is ready to join, Windows will ask whether Hearth may be reached through the firewall.$\r$\n$\r$\nChoose Private networks and Allow: teammates on your own network can then open the team. Public networks stay closed."
  hearth_firewall_done:
!macroend
