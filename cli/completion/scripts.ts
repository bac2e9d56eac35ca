// What each shell is told: hand the line to `regionpilot __complete` and offer what it answers. The
// scripts are the same for ever; what they offer follows the command tree. Nothing of the line is
// evaluated: words go as arguments, answers come back one per line.

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** First line of an answer that leaves file names to the shell. */
export const filesMark = ':files';

const bash = `# bash completion for regionpilot:  source <(regionpilot completion bash)
_regionpilot() {
  local cur prefix='' line answer=()
  local -a words
  # Bash splits at = and : on its own; what was typed between blanks is one word here.
  read -r -a words <<< "\${COMP_LINE:0:COMP_POINT}"
  [[ "\${COMP_LINE:0:COMP_POINT}" == *[[:space:]] ]] && words+=('')
  cur="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  while IFS= read -r line; do answer+=("$line"); done \\
    < <("\${words[0]}" __complete bash -- "\${words[@]:1}" 2>/dev/null)
  if [[ "\${answer[0]-}" == '${filesMark}' ]]; then
    compopt -o filenames 2>/dev/null
    cur="\${cur#--*=}"
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
    return 0
  fi
  # Bash replaces only what follows its last word break.
  if [[ "$cur" == *[=:]* ]]; then prefix="\${cur%"\${cur##*[=:]}"}"; fi
  for line in "\${answer[@]}"; do COMPREPLY+=("\${line#"$prefix"}"); done
  return 0
}
complete -F _regionpilot regionpilot
`;

const zsh = `#compdef regionpilot
# zsh completion for regionpilot:  source <(regionpilot completion zsh)
_regionpilot() {
  local -a answer
  answer=("\${(@f)$("\${words[1]}" __complete zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${answer[1]}" == '${filesMark}' ]]; then
    compset -P '--*='
    _files
    return
  fi
  compadd -a -- answer
}
if [[ "\${funcstack[1]}" == '_regionpilot' ]]; then _regionpilot "$@"; else compdef _regionpilot regionpilot; fi
`;

const fish = `# fish completion for regionpilot:  regionpilot completion fish | source
function __regionpilot_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answer ($words[1] __complete fish -- $words[2..-1] 2>/dev/null)
    if test "$answer[1]" = '${filesMark}'
        __fish_complete_path (commandline -ct | string replace -r '^--[a-z-]+=' '')
    else
        printf '%s\\n' $answer
    end
end
complete -c regionpilot -f -a '(__regionpilot_complete)'
`;

export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash;
    case 'zsh':
      return zsh;
    case 'fish':
      return fish;
  }
}
