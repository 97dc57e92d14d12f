#!/usr/bin/env bash
# One open issue for each kind of trouble: opened, brought up to date, or closed; never a second one.
# usage: one-issue.sh <label> <title> <report.md> <trouble: yes or no>
set -euo pipefail
label=$1 title=$2 report=$3 trouble=$4

# Only an issue of ours: one that a person opened under the same label is theirs to change.
number=$(gh issue list --author "app/github-actions" --label "$label" --state open --json number --jq '.[0].number // empty')
case "$trouble:${number:+open}" in
  yes:) gh label create "$label" --force >/dev/null
        gh issue create --label "$label" --title "$title" --body-file "$report" ;;
  yes:open) gh issue edit "$number" --title "$title" --body-file "$report" ;;
  no:open) gh issue close "$number" --comment "The last check found nothing." ;;
  no:) ;;
  *) echo "trouble is yes or no, not '$trouble'" >&2; exit 2 ;;
esac
