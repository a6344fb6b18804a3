"""Given names that people write for one another: short forms, and spellings of names from other scripts.

Each line is one name. A name may be on several, as Alex is. The first of a line stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LINES: Final = """
abigail abi abbie abby gail
adam ad
ahmed ahmad ahmet achmed
aisha ayesha aysha aicha asha
alan al allan allen
albert al bert albie bertie
alexander alex alec al xander sandy sasha alexandru aleksander
alexandra alex alexa lexi lexie sandra sasha alexandria aleksandra
alfred alf alfie fred
ali aly
alice ali allie alison
amelia amy millie mia
amira ameera
andrew andy drew andrei andrzej
angela angie ange
ann anne anna annie ana hannah
anthony tony ant antony antoni
archibald archie
arthur art artie
benjamin ben benny benji benjy
bernadette bernie
beverley bev beverly
bridget bridie biddy brigid
bradley brad
caroline carol carrie caz carolyn
catherine kate katie cathy kathy kat kitty cath kathryn katherine katharine catharine cate katarzyna kasia
charles charlie chas chuck charley
charlotte charlie lottie lotte char
christine chris chrissy tina christina kristina krystyna
christopher chris kit topher kris krzysztof
claire clare clara
clifford cliff
constance connie
daniel dan danny dani daniil
danielle dani danni
david dave davy dai dawid
deborah deb debs debbie debra
dennis den denny denis
diane di diana dianne
dominic dom nick dominik
donald don donnie
dorothy dot dotty dottie dora
douglas doug dougie
edward ed eddie ted teddy ned
eleanor ellie nell nellie nora elinor ella
elizabeth liz lizzie beth betty eliza lisa libby elsie bess betsy elisabeth elzbieta
emily em emmie millie emilia
emma em emmie
erin eryn
evelyn eve evie
fatima fatimah fatma fathima
fiona fi
florence flo florrie flossie
frances fran francesca frankie fanny cesca
francis frank frankie fran
frederick fred freddie freddy rick
gabriel gabe gabi gabriele
gabrielle gabi gabby gaby gabriella
gareth gaz gary garry
geoffrey geoff jeff jeffrey
george georgie gheorghe
georgina georgie george gina georgia
gerald gerry ged jerry gerard
gillian gill jill jillian
grace gracie
gregory greg gregor grzegorz
hannah hanna hana
harold harry hal
harriet hattie harry
hassan hasan
heather hev
helen nell ellen helena
henry harry hal hank
hussein hussain husain hossein
ian iain eoin
ibrahim ebrahim abraham
imogen immy
irene rene renie
isaac zac ike izaak
isabel izzy bella belle isabelle isabella isobel issy
ismail ishmael esmail
jacob jake jakub coby
jacqueline jackie jacqui jacky
james jim jimmy jamie jem
jamila jameela
jane janey janie jayne
janet jan
jasmine jas jaz yasmin jazmin
jason jay jase
jennifer jen jenny jennie jenna
jeremy jerry jez jem
jessica jess jessie jessy
joan joanie
joanne jo joanna joey
john johnny jack jon jonny ian juan jan ion
jonathan jon jonny jonathon nathan johnathan
joseph joe joey jo josef jozef yusuf youssef
josephine jo josie
joshua josh
judith judy jude judi
julia julie jules
julian jules jule
karen kaz
kathleen kath kathy kay kate cathleen
kenneth ken kenny
kerry kerrie
kevin kev
khadija khadijah kadija
kimberley kim kimberly
laura laurie lori
lauren laurie loz
lawrence larry laurie lawrie laurence
leonard len lenny leo
leslie les lesley
lewis lew louis luis
lillian lily lil lilly lilian
louise lou lulu louisa
lucy luce lucia
madeleine maddie maddy madeline maddison madison
malcolm mal
margaret maggie meg peggy madge marge greta margie rita malgorzata
maria marie mary mia mariam
mariam maryam miriam
marian marion marianne marianna
mark marc marcus marek
martin marty
mary molly polly may mae
mathilda matilda tilly mattie
matthew matt matty mateusz mathew
maureen mo
maxwell max
maximilian max
megan meg meghan
melanie mel
melissa mel missy
michael mike mick micky mikey mickey mihai michal mikhail
michelle shell chelle shelly michele
mohammed mohammad muhammad mohamed muhammed mohamad mohamud mahamed mo
mustafa mostafa
natalie nat natasha
natasha tash tasha
nathan nate nat nathaniel
nathaniel nat nate nathan
nicholas nick nicky nico nicolas nikolas nicolae
nicola nicky nikki nic nicole
noor nur noora
norman norm
oliver ollie olly
olivia liv livvy ollie
omar umar
oscar oskar
osman usman uthman
pamela pam
patricia pat trish tricia patsy patti patty
patrick pat paddy rick padraig
paul pawel pavel
penelope penny
peter pete piotr pyotr
philip phil pip phillip
rachel rach rachael
raymond ray
rebecca becca becky bex beck rebekah
reginald reg reggie
richard rick dick rich richie ricky dickie
robert rob bob bobby robbie robby bert robin roberto
robin rob robyn
rodney rod
roger rog
ronald ron ronnie
rosemary rose rosie
roxanne roxy
russell russ
said saeed syed sayeed
salma selma
samantha sam sammy
samuel sam sammy
sandra sandy
sara sarah sally sadie zara
saul solly
sebastian seb
sean shaun shawn shane
shirley shirl
sidney sid sydney
simon si szymon
siobhan shivaun chevonne
stacey stace stacy
stanley stan
stephanie steph steffi stephany
stephen steve stevie steven stefan
stuart stu stewart
susan sue susie suzy suzanne susanna sukie zuzanna
suleiman sulaiman solomon
tamara tammy
tariq tarik
teresa terry tess theresa tessa tracey
terence terry terrance
theodore theo ted teddy
thomas tom tommy tomasz
timothy tim timmy
tracey trace tracy
valerie val
vanessa nessa
veronica ronnie vera
victor vic
victoria vicky vicki tori vikki viktoria
vincent vince vinny
virginia ginny
vivian viv vivien vivienne
walter wally walt
wayne way
wendy wend
william will bill billy liam willy willie wills
winifred win winnie freda
yusuf yousef youssef yousuf yusef josef
yvonne von eve
zachary zac zack zach zachariah
zainab zaynab zeinab
zoe zoey
"""


def _by_name() -> Mapping[str, frozenset[str]]:
    """Each name with the names that stand for the lines it is on."""
    found: dict[str, set[str]] = {}
    for line in filter(None, _LINES.splitlines()):
        names = line.split()
        for name in names:
            found.setdefault(name, set()).add(names[0])
    return {name: frozenset(stands_for) for name, stands_for in found.items()}


_STANDS_FOR: Final = _by_name()


def forms(given: str) -> frozenset[str]:
    """Return the names that a plain given name may stand for; itself where it is on no line."""
    return _STANDS_FOR.get(given, frozenset({given}))


def are_variants(one: str, other: str) -> bool:
    """Whether two plain given names are written for one another."""
    return bool(forms(one) & forms(other))
