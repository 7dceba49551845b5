"""The English words of the rules for a life in danger (`nlu/crisis.py`), and what excuses them."""

from __future__ import annotations

import re

RULES = {
    "wish": re.compile(
        r"\bkill(?:ing)? (?:my ?self|me ?self)|\bkms\b|\bunaliv|\bsuicid|"
        r"\bend(?:ing)? (?:my|this|her|his|their) (?:own )?life|"
        r"\bend it all|\bend it (?:tonight|now|today)|(?:want|wanna|wants?|wish|ready|"
        r"like|going|hope|just|rather|prefer) (?:to |i (?:could|would) |"
        r"i )?(?:just )?(?:die|be dead|not exist|stop existing)\b|"
        r"\bwant(?:s|ed)? (?:it|everything|my life) to (?:be over|end)|(?:take|taking|"
        r"took) (?:my|his|her|their) (?:own )?life|"
        r"(?:don'?t|do not|dont|doesn'?t|does not|no longer|didn'?t|never) (?:really |"
        r"even |actually )?(?:want|wanna|wish|feel like|care) (?:to |about )?(?:be |"
        r"keep |go on |carry on |continue )?(?:liv(?:e|ing)|alive|be here anymore|exist|"
        r"wake up)|"
        r"\bbetter (?:off )?(?:if i (?:was|were|am) )?dead\b|better off without me|"
        r"wish i (?:was|were|am) (?:dead|never born|gone)|"
        r"(?:no|not any|any) (?:reason|point|purpose|meaning)(?: left)? (?:to|in|of|"
        r"for) (?:keep |go on |carry on )?(?:liv(?:e|ing)|being alive|life|going on)|"
        r"(?:tired|sick|done) (?:of|with) (?:living|life|being alive)|life (?:is|isn'?t|"
        r"is not|has) (?:not |no |n'?t )?(?:worth (?:it|living)|point|meaning)|"
        r"(?:not|isn'?t|ain'?t) worth living|(?:hurt|harm|harming|hurting|"
        r"cutting) my ?self|self[- ]?harm|"
        r"\bhang(?:ing)? my ?self|\bshoot(?:ing)? my ?self|\b(?:cut|slit|slash|cutting|"
        r"slitting)(?:ting)? my (?:wrist|arm|throat|vein)|never wake up|not wake up|"
        r"(?:say|saying|this is) (?:my )?(?:goodbye|last message|final)(?: forever|"
        r" to everyone)?\b.{0,20}(?:world|everyone|forever|kids|family)|"
        r"goodbye (?:cruel )?world|suicide note|"
        r"(?:can'?t|cannot|cant) (?:go on|live|keep living|carry on) (?:like this |"
        r"anymore|any more|living|any longer|with this)|nothing (?:left )?to live for|"
        r"(?:not going to|won'?t|going to not) be alive|(?:be|i'?m|when i'?m) dead by \w+|"
        r"ready to go (?:for good|"
        r"forever)|want to disappear forever|"
        r"nobody (?:would|will) (?:miss|notice|care) (?:me|if i)|"
        r"what(?:'?s| is) the (?:point|use) (?:of|in) (?:living|life|going on|being alive|it all)"
    ),
    "means": re.compile(
        r"\bjump(?:ing|ed|s)? (?:off|from|out of|into|in front of) (?:the |a |this |"
        r"that |my )?(?:bridge|roof|rooftop|building|balcony|window|river|train|truck|"
        r"traffic|overpass|cliff|(?:\w+ )?floor)|"
        r"(?:going|about|trying|wants?|threatening|ready) to jump\b(?! (?:in|on|"
        r"into) (?:the )?(?:car|bike|call))|"
        r"\b(?:standing|sitting|up) (?:on|at|over) (?:the |a )?(?:roof|rooftop|edge|"
        r"ledge|bridge railing)|on (?:the |a )?(?:window )?ledge|on (?:the )?(?:roof|"
        r"bridge).{0,30}(?:jump|die|end)|"
        r"\boverdos|(?:took|take|taking|swallow\w*) (?:a |the |all |too many |"
        r"whole )+(?:bottle|box|pack|pills|sleeping)|drink (?:pesticide|bleach|poison)|"
        r"drank (?:pesticide|bleach|poison)|ride (?:my bike |straight )?into (?:a |the |"
        r"oncoming )?(?:truck|traffic|lorry)"
    ),
    "violence": re.compile(
        r"(?:going to|gonna|want to|wanna|will|i'?ll|about to|try(?:ing)? to|tried to|"
        r"threat\w* to|said he'?(?:ll| will)|says he'?(?:ll| will)|could) (?:kill|stab|"
        r"murder|shoot|strangle|attack) (?:him|her|them|me|us|my|the|that|this|some|"
        r"every|people|you|his|someone|somebody)(?! time)|"
        r"\b(?:has|have|got|holding|with|pulled|carrying|waving|took|bring\w*|"
        r"taking) (?:out )?(?:a |the |my )(?:knife|gun|machete|cleaver|bat|axe|"
        r"iron bar)|\b(?:stabbed|stabbing|kidnapp?\w*|raped?|raping)\b|strangl(?:ed?|es|"
        r"ing) (?:me|him|her)\b|"
        r"(?:is|are|was|he'?s|she'?s|keeps?|they'?re|started|been) (?:beat|hitt?|chok|"
        r"punch|kick|attack|assault|chas|threaten)(?:ing|s) (?:me|him|her|us|a rider|my|"
        r"people|someone|up)|"
        r"\b(?:husband|boyfriend|wife|partner|ex|father|boss|man|guy|men|he|"
        r"they) (?:just |always |often )?(?:beats?|hits?|chokes?|punche[sd]|kicks?|"
        r"attacks?|attacked|choked|beaten|beat) (?:me|us|my|her|the kids)|"
        r"(?:someone|somebody|he|they|(?:a|the|this|that|some) (?:man|guy|car|stranger)) "
        r"(?:is|are|'s|'re|has been|keeps?) (?:following|stalking) me|"
        r"being (?:attacked|beaten|assaulted|followed|held|strangled|threatened with)|"
        r"domestic violence|burn (?:it|the|this|down) .{0,20}(?:down|station|office|"
        r"place|everyone)|set (?:fire|myself on fire|it on fire)|locked me (?:in|up)|"
        r"holding me (?:here|hostage)"
    ),
    "danger": re.compile(
        r"\bsos\b.{0,20}\b(?:send|door|men|pinned|knife|gun)\b|"
        r"(?:carbon monoxide|gas leak|gas|fumes?|smoke) (?:is |are |keeps? )?(?:filling|coming "
        r"into|everywhere in)|(?:fire|smoke).{0,30}(?:can'?t get out|cannot get out|trapped)|"
        r"not breathing|stopped breathing|can'?t breathe|cannot breathe|"
        r"isn'?t breathing|\bunconscious\b|passed out|(?:won'?t|not|doesn'?t) wak(?:e|"
        r"ing) up|bleed(?:ing)? (?:out|badly|heavily|a lot|so much|everywhere|to death|"
        r"from (?:the|his|her|my) head)|"
        r"(?:won'?t|doesn'?t|can'?t) stop (?:the )?bleeding|lots? of blood|"
        r"blood everywhere|having a (?:heart attack|stroke|seizure)|no pulse|"
        r"(?:he|she|someone|somebody|rider|colleague|friend|man|woman|i) (?:is|am|'s|"
        r"'m) (?:dying|drowning|trapped)(?! (?:of|from) (?:heat|thirst|hunger|boredom|"
        r"laugh))|"
        r"\b(?:he'?s|she'?s|i'?m) (?:really )?dying\b(?! (?:of|from|for|to|here|in this|"
        r"out here)\b)|trapped (?:in|under|inside)|\bsave (?:me|him|her) please|(?:call|"
        r"need|send) (?:an |the )?(?:ambulance|police)(?: now|!| please| quick| to)?"
    ),
    "someone": re.compile(
        r"(?:he|she|friend|colleague|coworker|mate|brother|sister|wife|husband|son|"
        r"daughter|roommate|rider|someone|somebody|guy)\b.{0,40}(?:suicid|wants? to die|"
        r"kill (?:him|her|them) ?sel|end (?:his|her|their) life|hurt (?:him|her|"
        r"them)sel|doesn'?t want to live|jump off|about to jump)"
    ),
}
HYPERBOLE = re.compile(
    r"(?:phone|battery|bike|scooter|e-?bike|app|laptop|screen|car|engine|tablet|"
    r"signal|wifi) (?:just |has |is |'s |always |keeps |suddenly )*(?:died|dead|"
    r"dying|die|dies|kill\w*)|"
    r"(?:heat|cold|sun|weather|traffic|boss|app|back|feet|legs|knees?|work|job|"
    r"shift|hunger|it|this|these \w+|queue|rent|fees?) ?(?:is|are|'s|"
    r"'re)? killing me|dying (?:of|from|to|for|in this|out here)\b|"
    r"kill(?:ed|ing)? (?:the|my) (?:engine|motor|lights?|power|app)\b|crack(?:s|ed|ing)? me up|"
    r"kill (?:some )?time|kill for (?:a|some)|dead(?:line|lock|line| tired| beat|"
    r" end| slow| zone)|die laughing|died laughing|to die for|over my dead body|"
    r"suicide lane|suicide squad|killer|jump(?:ing|ed)? ship|chok(?:ing|es) us with|"
    r"(?:is|are|'s) (?:just |plain |pure |sheer |absolute |total )+suicide\b(?! for me)|"
    r"(?:is|are) suicide (?:in|on|when)|"
    r"(?:coffee|caffeine|sugar|tea|bubble tea)s?,? (?:\w+ ){0,2}overdos\w+|"
    r"suicide prevention (?:course|class|training)|death benefit|in case of death"
)
PAPERWORK = re.compile(
    r"\b(?:cover(?:ed|s|age)?|insurance|benefit|policy|compensat\w+|claim\w*|"
    r"reimburse\w*|pension|course|training|class|first aid|counts? as|last (?:year|"
    r"month|week)|certificate)\b"
)
# Suicide as a matter of clauses or teaching, if nobody speaks of themselves.
MATTER = re.compile(
    r"\b(?:insurance|policy|policies|exclu\w+|clause|prevention|lecture|lesson|speaker|"
    r"warning signs|course|class|training)\b"
)
MYSELF = re.compile(r"\b(?:i|i'?ve|i'?ll|my|mine|me|myself|tonight|today)\b(?! the safety)")
