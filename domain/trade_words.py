"""Words of the creative trades that mean one thing: English and Dutch, full and short, verb and noun.

One group a line, its name first. A group of PARTS is a word that skills are named with: as "meubels" is furniture and
"stofferen" is upholstery, "meubels stofferen" finds "furniture upholstery" though no line holds it. A group of SKILLS
is a whole skill. Plurals, hyphens, accents, -ing, compounds, slips of the finger and most words that English and Dutch
share ("botanical", "botanische") need no line: `domain.spelling` sees to those.

A name belongs in one group only. If it means two things, it stands where a maker would look first, or only within a
longer name. What is wanted is the same skill, not one that is near: who says yes to "the same?" must not be misled.
"""

from __future__ import annotations


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


PARTS = """
# What one does
design | designer | ontwerp | ontwerpen | ontwerper | vormgeving | vormgeven | vormgever
making | make | maker | maken
building | bouw | bouwen
drawing | draw | tekenen | tekening
painting | paint | painter | schilderen | schilder | schilderij
writing | write | writer | schrijven | schrijver
reading | read | lezen
programming | programmer | programmeren | coding | code | coderen
development | developer | dev | ontwikkeling | ontwikkelen | ontwikkelaar
photography | photo | photograph | photographer | photographing | fotografie | foto | fotograaf | fotograferen
animation | animator | animating | animatie | animeren
illustration | illustrating | illustratie | illustreren
film | filming | filmen
filmmaking | film making | movie making | films maken
editing | edit | editor | bewerken | bewerking
printing | print | printen | drukken | druk | bedrukken
cutting | cut | cutter | snijden | knippen
casting | cast | gieten
weaving | weave | weaver | weven | loom | loom weaving | weefgetouw | weven op een weefgetouw
dyeing | dye | dying | verven | kleuren van stof
sawing | saw | zagen
planing | schaven
filing | vijlen
filling | vullen
sanding | schuren
drilling | boren
drying | drogen
polishing | polish | polijsten
milling | frezen
bending | buigen
gluing | glue | lijmen
varnishing | varnish | lakken
spraying | spuiten
folding | fold | vouwen
carding | kaarden
finishing | finish | afwerken | afwerking
sharpening | sharpen | slijpen
measuring | measure | meten | opmeten
recording | record | opname | opnemen
composing | compose | composition | composer | componeren | compositie
arranging | arrange | arrangeren
playing | play | spelen
dance | dancing | dancer | dansen | dans
acting | act | actor | acteren | toneelspelen | acteur | acteurs
singing | sing | singer | vocals | zingen | zang
directing | direction | director | regie | regisseren | regisseur
producing | production | producer | productie | produceren
planning | plannen
managing | management | manager | manage | beheer | beheren
organizing | organize | organiseren | organisatie
research | researching | onderzoek | onderzoeken
testing | test | testen
analysis | analyse | analysing | analyseren
teaching | teach | teacher | lesgeven | les geven | doceren
coaching | coach | coachen
giving | give | geven
selling | sales | sell | verkopen | verkoop
repair | repairing | repareren | reparatie | herstellen
restoration | restoring | restore | restauratie | restaureren
maintenance | onderhoud | onderhouden
installing | installation | install | installeren | installatie
assembly | assembling | assemblage
visualisation | visualising | visualize | viz | visualisatie | visualiseren
styling | stylen
calculation | calculating | calculate | berekenen | berekening
digitizing | digitisation | digitaliseren | digitalisering
learning | learn | leren
work | working | werken | werk
craft | crafting | ambacht

# What it is done with or to
wood | wooden | hout | houten
metal | metaal
steel | staal
iron | ijzer
copper | koper
brass | messing
silver | zilver
gold | goud
bronze | brons
glass | glas
leather | leer | leder
paper | papier
cardboard | karton
textile | fabric | textiel | stof | stoffen
wool | wol
silk | zijde
cotton | katoen
linen | linnen
stone | steen | stenen
clay | klei
plaster | gips
concrete | beton
plastic | kunststof | kunststoffen
rubber | latex
wax | was
wire | draad
bead | kraal | kralen
gem | edelsteen | edelstenen
plant | planten
flower | bloem | bloemen
colour | kleur | kleuren
hand | handmade | handgemaakt | met de hand
machine | machinaal | machinale
camera | camera's
lens | lenzen
screen | scherm
canvas | schilderdoek
tape | plakband
brush | kwast | borstel | borstels
knife | mes | messen

# What is made
furniture | meubel | meubels | meubelen
chair | stoel | stoelen
table | tafel | tafels
lamp | lampen
cupboard | cabinet | kast | kasten
kitchen | keuken | keukens
tile | tegel | tegels
bowl | kom | kommen
vase | vaas | vazen
ring | ringen
curtain | gordijn | gordijnen
carpet | rug | tapijt | vloerkleed
cushion | pillow | kussen | kussens
zipper | zip | rits | ritsen
dress | jurk | jurken
trousers | pants | broek | broeken
jacket | jas | jassen
costume | kostuum | kostuums
clothes | clothing | garment | kleding | kleren
fashion | mode
shoe | schoen | schoenen
glove | handschoen | handschoenen
belt | riem | riemen
bag | tas | tassen
hat | hoed | hoeden
mask | masker | maskers
toy | speelgoed
doll | pop | poppen
house | huis | huizen
boat | boot | boten
bicycle | bike | fiets | fietsen
garden | gardening | tuin | tuinen | tuinieren
landscape | landschap | landschappen
interior | interieur
architecture | architectural | architect | architectuur
wall | muur | wand
window | raam | ramen
sign | uithangbord | reclamebord
poster | affiche
packaging | package | verpakking
label | etiket | etiketten
sticker | stickers
card | kaartje | kaartjes
flyer | folder
brochure | brochures
cover | omslag | kaft
wallpaper | behang
pattern | patroon
icon | icoon | pictogram
letter | lettering
book | boek | boeken
children's book | kids book | picture book | kinderboek | kinderboeken | prentenboek
magazine | tijdschrift | tijdschriften
text | tekst | teksten
story | verhaal | verhalen
speech | toespraak | toespraken
manuscript | manuscripten
song | lied | liedjes
music | muziek
acoustics | akoestiek
instrument | instrumenten
sound | geluid | audio
voice | stem
light | lighting | licht | belichting | verlichting
video | video's
documentary | docu | documentaire | documentaires
website | web | site | sites
app | mobile app | apps
game | spel | spellen | videogame
level | levels
character | karakter | personage | personages
world | wereld | werelden
model | modelleren | modelling
scan | scannen
robot | robots
product | producten
brand | branding | merk | merken
exhibition | expo | tentoonstelling | expositie | exposities
event | evenement | evenementen
theatre | toneel
stage | podium
studio | atelier
museum | musea
gallery | galerie
school | scholen
contract | contracten
budget | begroting | begroten | begrotingen
cost | kosten
tax | belasting | belastingen
insurance | verzekering | verzekeringen
licence | license | licensing | licentie | licenties
privacy | gdpr | avg
law | recht
portrait | portret | portretten
wedding | bruiloft | trouwen
street | straat
nature | wildlife | natuur
sport | sports
city | stad | steden
food | eten | voedsel
child | kind | kinderen | kids
user | gebruiker | gebruikers
client | customer | klant | klanten
audience | publiek
artist | kunstenaar | kunstenaars
art | kunst
culture | cultuur
science | scientific | wetenschap | wetenschappelijk | wetenschappelijke
history | geschiedenis
education | educatie
market | markt
marketing | vermarkten
advertising | ads | adverteren | advertenties | reclame
strategy | strategie
communication | communicatie
content | inhoud
data | gegevens
theory | theorie
idea | idee | ideeën
concept | concepten
team | teams
meeting | vergadering | vergaderen
feedback | terugkoppeling
project | projecten

# Of what kind
digital | digitaal | digitale
analogue | analoog | analoge
creative | creatief | creatieve
industrial | industrieel | industriële
natural | natuurlijk | natuurlijke
sustainable | duurzaam | duurzame
modular | modulair | modulaire
interactive | interaction | interactie
contemporary | modern | moderne | hedendaags | hedendaagse
technical | technisch
urban | stedelijk | stedelijke
mobile | mobiel | mobiele
free | vrij | vrije
old | oud | oude
small | klein | kleine

# Of what degree
skill | vaardigheid | vaardigheden
technique | techniek
basic | basis | beginselen
beginner | beginners
introduction | intro | inleiding | kennismaking
advanced | gevorderd | gevorderden
course | cursus
lesson | les | lessen
software | programma
tool | gereedschap
"""

# What a name often goes without: "fashion" for "fashion design". Never taken for one another.
KINDS = _set_of("making design craft playing programming production hand engine app writing dance acting")

# What says nothing about which skill is meant: "painting for beginners", "Adobe Photoshop".
FILLERS = _set_of(
    "a an the of on in for with and to your my our own from by at how do using giving "
    "de het een op voor met van te aan uit je jouw mijn ons eigen door bij hoe zelf "
    "skill technique basic beginner introduction advanced workshop course lesson training learning practical work "
    "tool pro professional adobe autodesk microsoft"
)

SKILLS = """
# Print
screen printing | silk screen | silkscreen | silk screen printing | serigraphy | zeefdruk | zeefdrukken
riso | risograph | risography | risoprint | riso printing | risodruk | risograaf
linocut | lino | lino cutting | lino printing | lino print | linosnede | lino snijden | linoleum cut | linodruk
woodcut | woodblock | woodblock printing | wood engraving | houtsnede | houtdruk
etching | etch | ets | etsen
letterpress | letterpress printing | boekdruk
lithography | litho | stone lithography | steendruk | lithografie
monotype | monoprint | mono printing | monodruk
relief printing | hoogdruk
intaglio | intaglio printing | diepdruk
printmaking | print making | grafiek | grafische technieken
foil stamping | hot foil | foliedruk
embossing | blind embossing | preegdruk | preeg
stamp making | rubber stamps | stempels maken
textile printing | printing textiles | textieldruk
t-shirt printing | shirt printing | t-shirts bedrukken | shirts bedrukken
sublimation printing | sublimation | dye sublimation | sublimatiedruk
vinyl cutting | vinyl cutter | vinyl snijden | snijplotter
eco printing | eco print | ecoprinten
block printing | blokdruk | blokdrukken
colour separation | kleurscheiding
perfect binding | garenloos binden
die cutting | die cutter | stansen
bookbinding | bookbinder | boekbinden | boekbinder | inbinden
paper making | making paper | papier scheppen | papier maken
paper marbling | marbling | marbling paper | marmeren | papier marmeren
paper cutting | cutting paper | papierknippen | papierknipkunst
paper folding | folding paper | origami | papier vouwen
pop-up book | pop-ups | pop-up boeken | paper engineering
prepress | print preparation | print-ready files | preparing files for print | drukwerkvoorbereiding | drukklaar maken

# Graphic design and type
graphic design | grafisch ontwerp | grafische vormgeving | grafisch vormgeven
logo | beeldmerk | beeldmerken
brand identity | visual identity | corporate identity | huisstijl | brand design | visuele identiteit
editorial design | magazine design | tijdschriftontwerp
book design | boekontwerp | boekverzorging | boekvormgeving
book cover design | book cover | boekomslag | boekomslagen
album artwork | album cover | cover art | albumhoes | platenhoes
infographic | info graphic | infografie
data visualisation | data viz | visualising data
page layout | layout | dtp | desktop publishing | opmaak | opmaken
typography | typografie
type design | typeface design | font design | font | typeface | letterontwerp | letters ontwerpen
calligraphy | kalligrafie | schoonschrijven
hand lettering | handletteren
sign painting | sign writing | letterschilderen | reclameschilderen
wayfinding | signage | bewegwijzering
pattern design | surface pattern design | surface design | patroonontwerp | dessinontwerp
icon design | iconography | icoonontwerp | iconografie
map making | cartography | cartografie | kaarten maken
colour mixing | mixing colours | kleuren mengen
colour theory | kleurenleer | kleurtheorie | kleurleer
annual report | annual report design | jaarverslag | jaarverslagen

# Drawing and painting
life drawing | figure drawing | modeltekenen | naakttekenen
sketching | schetsen | schets
visual note-taking | sketchnotes | sketchnoting | graphic recording | zakelijk tekenen | visueel notuleren
comic | comic book | graphic novel | strip | strips tekenen | stripverhaal | beeldverhaal
cartoon | spotprent
caricature | karikatuur | karikaturen tekenen
storyboarding | storyboard
botanical illustration | botanical drawing | plantentekenen | botanische illustratie
scientific illustration | science illustration | wetenschappelijke illustratie
anatomy drawing | anatomical drawing | anatomie tekenen
perspective drawing | perspectieftekenen
technical drawing | technisch tekenen | technische tekening
watercolour | water colour | watercolour painting | aquarel | aquarelleren | waterverf
gouache | plakkaatverf
oil painting | oil paint | olieverf | schilderen met olieverf
acrylic painting | acrylic | acrylic paint | acrylverf | acryl
pastel | soft pastel | pastelkrijt
charcoal | charcoal drawing | houtskool
ink drawing | pen and ink | inkt
egg tempera | tempera | eitempera
fresco | fresco painting | frescoschilderen
encaustic | encaustic painting | encaustiek
airbrush | airbrushen
spray paint | spray painting | spuitbus | spuitbussen
graffiti | street art | straatkunst
mural | mural painting | wall painting | muurschildering | muurschilderen
gilding | gold leaf | gild | vergulden | bladgoud
stretching canvas | canvas opspannen | doek opspannen
picture framing | framing | framing pictures | inlijsten | lijsten maken
collage | collages maken

# Photography
product photography | packshot | pack shots
analogue photography | film photography | fotograferen op film
darkroom | dark room | darkroom printing | doka | donkere kamer
cyanotype | blueprint printing | cyanotypie | blauwdruk
wet plate collodion | wet plate | collodion | tintype | ambrotype | natte plaat | natte plaat fotografie
pinhole photography | pinhole | pinhole camera | gaatjescamera | camera obscura
astrophotography | star photography | night sky photography | sterrenfotografie
macro photography | macro
photo editing | photo retouching | retouching | retouch | retoucheren | fotobewerking | beeldbewerking
photo book | fotoboek
photogrammetry | fotogrammetrie

# Film, video and animation
video production | video making | videoproductie
video editing | film editing | video montage | montage | monteren | videobewerking | filmmontage
colour grading | colour correction | kleurcorrectie | grading
cinematography | camera work | camera operating | camerawerk
screenwriting | scriptwriting | screenplay | script writing | scenario schrijven | scenario
documentary making | documentary filmmaking
stop motion | stop motion animation
motion graphics | motion design | mograph | motion graphic design
drone filming | drone | drone video | drone footage | filmen met een drone | drone flying | dronevliegen
timelapse | time-lapse photography
video lighting | lighting for video | film lighting | filmlicht
green screen | chroma key | blue screen
rotoscoping | roto | rotoscope | rotoscopen
compositing | beeldcompositie
rigging | rig | riggen | character rigging
visual effects | vfx | visual fx
animated gif | gif
live streaming | streaming | livestream | livestreamen
subtitling | subtitle | ondertitelen | ondertiteling | captioning
casting actors | acteurs casten
location scouting | locatiescouting | locaties zoeken
film scoring | film music | filmmuziek | scoring films

# Sound and music
sound design | geluidsontwerp
sound engineering | sound engineer | audio engineering | geluidstechniek | geluidstechnicus
sound recording | audio recording | geluidsopname | geluid opnemen
sound mixing | audio mixing | mixing audio | geluid mixen | mixing | mixen
live sound | live mixing | live sound mixing | live geluid | live geluid mixen
field recording | veldopnames
sound effects | sfx | geluidseffecten
foley | foley sound | foley recording
mastering | audio mastering | masteren
music production | producing music | beat making | beats maken | muziekproductie | muziek produceren
songwriting | writing songs | liedjes schrijven | songteksten schrijven
music theory | theory of music | muziekleer
music notation | sheet music | bladmuziek | noten lezen
podcasting | podcast | podcast production
audio book | audiobook | luisterboek | luisterboeken
voice-over | voice-over recording | inspreken
vocal coaching | voice coaching | singing lessons | zangles | zangcoaching
choir singing | choir | koorzang | koor | zingen in een koor
djing | dj | deejay | deejaying | djen | disc jockey | platen draaien
vjing | vj | live visuals | vjen
guitar | gitaar
bass guitar | bass | basgitaar
piano | pianist
drums | drumming | drummen | slagwerk
violin | viool
saxophone | sax | saxofoon
trumpet | trompet
flute | dwarsfluit
accordion | accordeon
synthesis | synthesizer | synth | geluidssynthese
modular synthesis | modular synth | modular synthesizer | modulaire synthesizer | eurorack
piano tuning | tuning pianos | piano stemmen
conducting | conductor | dirigeren | dirigent
voice acting | voice actor | stemacteren
instrument building | instrument making | luthier | instrumentenbouw
guitar building | guitar making | gitaarbouw
ableton | ableton live
logic | logic pro
pro tools | protools
fl studio | fruity loops

# Clay and glass
ceramics | ceramicist | keramiek | keramisch
pottery | aardewerk
wheel throwing | throwing on the wheel | throwing pots | pottery wheel | potter's wheel | ceramics wheel throwing \
| pottenbakken | draaien op de schijf | klei draaien | pottenbakkersschijf
hand building | handopbouw | opbouwen met de hand
glazing | glaze | glazuur | glazuren | pottery glazing | ceramic glazing
slip casting | slib gieten | gietklei
kiln firing | kiln | firing a kiln | firing ceramics | keramiek stoken | keramiekoven
raku | raku firing | raku stoken
tile making | making tiles | tegels maken | tegels bakken
sgraffito | sgrafitto
porcelain | porselein
mosaic | mozaïek
glassblowing | glass blowing | glasblazen
stained glass | leaded glass | glas-in-lood
glass fusing | fused glass | fusing | glasfusen
neon | neon sign | neon bending | neonreclame

# Wood, stone, moulds
wood turning | turning wood | lathe | houtdraaien
wood carving | carving wood | houtsnijden | houtsnijwerk
spoon carving | carving spoons | lepels snijden
stone carving | carving stone | stone masonry | steenhouwen | steenhouwer
sculpture | sculpting | sculpt | sculptor | beeldhouwen | beeldhouwer
clay modelling | clay sculpting | boetseren | modelling in clay
carpentry | carpenter | timmeren | timmerwerk | timmerman
joinery | wood joint | joiner | houtverbinding | houtverbindingen
furniture making | cabinet making | cabinetmaker | meubelmaken | meubelmaker
upholstery | upholstering | stofferen | stoffeerder | stoffeerderij | meubelstofferen
marquetry | inlay | inlegwerk | intarsia
chair caning | caning | stoelen matten
thatching | rietdekken
veneering | veneer | fineren | fineer
wood bending | steam bending | stoombuigen | hout buigen
wood finishing | houtafwerking | hout afwerken
mould making | mould | making moulds | mal | mallen | mallen maken
resin casting | resin | epoxy | epoxy casting | epoxy gieten | giethars
vacuum forming | vacuümvormen | vacuüm vormen | thermoforming
injection moulding | spuitgieten
cnc milling | cnc | cnc routing | cnc router
laser cutting | laser cutter | laser | lasersnijden | laseren
3d printing | 3d printer
3d modelling | 3d model
3d scanning | 3d scan
model making | scale model | architectural model | maquette | maquettebouw | maquettes bouwen | schaalmodel
prototyping | prototype
bio-materials | biomaterialen

# Metal, jewellery, leather
welding | welder | weld | lassen
blacksmithing | blacksmith | forging | smithing | smeden | smid | siersmeden
silversmithing | silversmith | zilversmeden | edelsmeden | zilversmid
goldsmithing | goldsmith | goudsmeden | goudsmid
jewellery making | jewellery | jeweller | juwelen | sieraad | sieraden | sieraden maken
stone setting | gem setting | setting stones | stenen zetten | steenzetten
chasing and repoussé | repoussé | drijven | drijfwerk
wire work | wirework | draadwerk
wax carving | was snijden
lost-wax casting | lost wax | verloren was
enamelling | enamel | emailleren | emaille
engraving | engrave | graveren | gravure
soldering | solder | solderen
sandblasting | zandstralen
metal spinning | forceren
sheet metal | sheet metal work | plaatwerk | zetwerk
electroplating | plating | galvaniseren
powder coating | poedercoaten
leatherwork | leather working | leather crafting | leatherworking | leerbewerking | leer bewerken
leather tooling | leather stamping | leather carving | leerstempelen
shoe making | shoemaker | cobbling | schoenmaken
bag making | tassen maken
saddle making | saddlery | zadelmaken
basket weaving | basketry | basket making | manden vlechten | mandenvlechten | manden maken
bicycle frame building | frame building | fietsframes bouwen

# Textile and fashion
sewing | sew | seamstress | naaien | naaimachine | sewing machine
dressmaking | making clothes | clothes making | kleding maken | kleren maken
tailoring | tailor | kleermaker | kleermaken
pattern cutting | pattern making | pattern drafting | patroontekenen | patronen maken | patronen tekenen
pattern grading | patronen graderen
draping | moulage
corset making | corset | korset | korsetten | corsetry
bra making | bra | beha | bh | lingerie
millinery | milliner | hat making | hoeden maken
embroidery | embroider | borduren | borduurwerk
machine embroidery | embroidery machine | machinaal borduren | borduurmachine
cross stitch | kruissteek | kruissteken
punch needle | punch needling
knitting | knit | breien | breiwerk
machine knitting | knitting machine | machinaal breien | breimachine
crochet | haken | haakwerk
lacemaking | lace | kantklossen | kant
macramé | knotting | knopen
beading | beadwork | bead weaving | kralen rijgen | kralenwerk
wool spinning | spinning | spinning yarn | spinnen | wol spinnen
tapestry | tapestry weaving | wandtapijt | wandtapijten weven
tufting | rug tufting | tuften | tapijt tuften
felting | felt | vilten | vilt | felt making
needle felting | naaldvilten
quilting | quilt | quilten | patchwork
natural dyeing | plant dyeing | plantaardig verven | verven met planten
indigo | indigo dyeing | dyeing with indigo | indigo verven
batik | batikken
shibori | tie-dye | knoopverven
wig making | wig | pruik | pruiken
swimwear | badmode | zwemkleding
knitwear | gebreide kleding
rope making | touwslaan
mending | mending clothes | clothes mending | visible mending | clothes repair | kleding repareren \
| kleding herstellen | verstellen
upcycling | upcyclen
fashion design | modeontwerp | mode ontwerpen
fashion illustration | fashion drawing | modetekenen
fashion styling | stylist | clothes styling | kledingstyling

# Stage
set design | stage design | scenography | decor | decorontwerp | theatervormgeving
set building | decorbouw
scenic painting | scenic art | decorschilderen | decors schilderen
prop making | prop | rekwisieten
stage lighting | theatre lighting | theaterlicht | toneelbelichting
stage management | stage manager | toneelmeester | voorstellingsleiding
puppetry | puppet | puppet making | poppenspel | poppentheater
make-up | make-up artist | visagie | visagist
special effects make-up | sfx make-up | special fx make-up | grimeren | grime
hairdressing | hair styling | haarstyling | kapper
directing actors | acteursregie
improvisation theatre | improv | improvisational theatre | improv theatre | improvisatietheater | theatersport
playwriting | play writing | writing plays | toneelschrijven | toneelstukken schrijven
dramaturgy | dramaturg | dramaturgie
mime | pantomime | mimespelen
clowning | clown | clownerie
circus | circustechnieken
juggling | juggle | jongleren
choreography | choreographer | choreografie

# Spaces and products
interior design | interior architecture | interieurarchitectuur | binnenhuisarchitectuur
landscape architecture | landscape design | landschapsarchitectuur
garden design | tuinontwerp | tuinarchitectuur
urban planning | urban design | urbanism | stedenbouw | stedenbouwkunde
building physics | bouwfysica
building permit | bouwvergunning | omgevingsvergunning
exhibition design | tentoonstellingsontwerp | tentoonstellingsvormgeving
visual merchandising | window dressing | window display | etaleren | etalage | etalages
product design | productontwerp
industrial design | industrieel ontwerp | industriële vormgeving
sustainable design | eco design | duurzaam ontwerpen | duurzaam ontwerp
circular design | circulair ontwerpen
parametric design | parametric modelling | parametrisch ontwerpen
rendering | render | 3d rendering | renderen | architectural visualisation | archviz
cad | computer-aided design | cad drawing
bim | building information modelling

# Screens
ux | user experience | user experience design | gebruikerservaring
ui | user interface | user interface design | interface | interface design
ux research | user research | gebruikersonderzoek
ux writing | microcopy
usability testing | usability | usability test | user testing | gebruikerstest
interaction design | ixd | interactieontwerp
service design | dienstontwerp
design system | component library
wireframing | wireframe
persona | user persona
customer journey | customer journey mapping | klantreis
accessibility | a11y | web accessibility | digital accessibility | toegankelijkheid | digitale toegankelijkheid
responsive design | responsive web design
front-end | front-end development | frontend developer
back-end | back-end development | backend developer
html css | html and css | css html | css and html
javascript | js | javascript programming
typescript | ts
react | reactjs
vue | vuejs
node | nodejs
c++ | cpp | c plus plus
c# | c sharp
sql | sql query | database | databases
git | version control | versiebeheer | github
internet of things | iot
wordpress | wordpress website | wordpress site
website building | website making | websites bouwen
webshop | online shop | e-commerce | webwinkel
app development | app building | apps bouwen
shader | shader programming
creative coding | creative programming | creatief programmeren
generative art | generatieve kunst
physical computing | fysieke interactie
electronics | electronic | elektronica
raspberry pi | rpi
robotics | robots bouwen | robotica
pcb design | pcb | printplaten ontwerpen
machine learning | ml
artificial intelligence | ai | kunstmatige intelligentie
prompt engineering | prompt | prompting | ai prompts
augmented reality | ar
virtual reality | vr
extended reality | xr | mixed reality
projection mapping | video mapping | projectiemapping
motion capture | mocap
game design | spelontwerp
board game design | board game | bordspel | bordspellen
narrative design | game writing | interactive storytelling
seo | search engine optimisation | zoekmachineoptimalisatie | vindbaarheid
google analytics | ga4
google ads | adwords
photoshop | photoshoppen | fotoshop
after effects | aftereffects
premiere | premiere pro
final cut | final cut pro | fcp
davinci resolve | davinci | resolve
cinema 4d | c4d
blender | blender 3d | blender modelling
rhino | rhinoceros | rhino 3d
grasshopper | grasshopper 3d
unity | unity 3d
unreal | unreal engine | ue5 | ue4
microsoft word | word

# Words
copywriting | copywriter | copy | tekstschrijven | teksten schrijven | tekstschrijver | webteksten
creative writing | creatief schrijven | fiction writing | fictie schrijven
poetry | poem | poëzie | gedicht | gedichten | dichten
storytelling | telling stories | verhalen vertellen
blurb | cover copy | flaptekst | flapteksten
speech writing | speechschrijven
technical writing | technical documentation | handleidingen schrijven
content creation | creating content | contentcreatie | content maken
copy editing | redigeren | eindredactie | redactie
proofreading | proeflezen | drukproeven lezen
translation | translator | translating | translate | vertalen | vertaling | vertaler
interviewing | interview | interview techniques | interviewen | interviewtechniek
journalism | journalist | journalistiek
blogging | blog | bloggen
newsletter | email newsletter | nieuwsbrief | nieuwsbrieven
press release | persbericht | persberichten
publishing | uitgeven
self-publishing | zelf uitgeven | een boek uitgeven | zelf een boek uitgeven
e-book | ebook | e-boek
zine | fanzine

# Running a firm
project management | projectleiding | projectbeheer
time management | tijdbeheer | tijd indelen
agile | agile werken | scrum | scrum master
business plan | ondernemingsplan | bedrijfsplan
business model | business modelling | business model canvas | verdienmodel
pricing | price | pricing your work | prijs | prijzen | prijs bepalen | tarief | tarieven | tarief bepalen \
| prijzen bepalen | tarieven bepalen
cost calculation | calculating costs | cost price | kostprijs | kostprijs berekenen | calculeren
quotation | quote | offerte | offertes
invoicing | invoice | factuur | facturen | factureren
bookkeeping | bookkeeper | accounting | boekhouden | boekhouding
vat | btw
spreadsheet | excel | rekenbladen
negotiation | negotiating | negotiate | onderhandelen | onderhandeling
copyright | auteursrecht | auteursrechten
intellectual property | intellectueel eigendom
grant writing | grant | grant application | funding application | applying for funding | subsidie | subsidie aanvragen \
| subsidieaanvraag | fondsaanvraag | fondsen aanvragen
fundraising | fondsenwerving | fondsen werven
residency | residency application | artist residency | applying for residencies
portfolio | portfolio review
mood board | sfeerbord | sfeerborden
trend research | trendwatching | trendonderzoek
tax return | belastingaangifte
patent | octrooi | octrooien
finding clients | acquisition | client acquisition | acquisitie | klanten vinden | klanten werven | opdrachten vinden
networking | netwerken
public relations | pr | publiciteit
social media | socials | sociale media | social media marketing
email marketing | mail marketing | mailing
online marketing | digital marketing | internetmarketing
influencer marketing | influencer
market research | marktonderzoek
positioning | brand positioning | positionering
naming | brand naming | namen bedenken
art direction | art director | artdirection
public speaking | presenting | present | presentation | presentation skills | presenteren | presentatie | presentaties \
| spreken in het openbaar
pitching | pitch | elevator pitch | pitchen
facilitation | facilitator | facilitating | facilitating workshops | faciliteren \
| workshops geven | workshops begeleiden
brainstorming | brainstorm | ideation | brainstormen
leadership | leiderschap | leidinggeven | leiding geven
conflict resolution | resolving conflicts | conflictbemiddeling | conflicten oplossen | mediation
event production | event planning | event management | organising events | evenementen organiseren

# Museums and collections
curating | curation | curator | cureren | curate | curating exhibitions | tentoonstellingen samenstellen
archiving | archive | archiveren | archief | archieven
cataloguing | catalogueren | collectieregistratie
art conservation | conserving art | art restoration | kunstrestauratie
hanging art | installing art | kunst ophangen
audience research | publieksonderzoek
museum education | museumeducatie | educatie in musea
museum labels | wall text | zaaltekst | zaalteksten
guided tour | tour guiding | giving tours | rondleiding | rondleidingen
oral history | mondelinge geschiedenis

# And the rest of the building
flower arranging | floristry | flower arrangement | bloemschikken
candle making | candle | kaars | kaarsen
soap making | soap | zeep
perfume making | perfume | parfum
tattooing | tattoo | tatoeëren | tatoeage | tatoeages
cooking | cook | koken
baking | bake | bakken
barista | latte art | coffee making | koffie zetten
chocolate making | chocolate | chocolade | bonbons maken
brewing | beer brewing | bier brouwen
urban farming | urban agriculture | stadslandbouw
bicycle repair | bike repair | fietsenmaker
first aid | ehbo
"""

# Names that are the same everywhere; here so that a slip of the finger finds them.
TOOLS = """
Ableton Airtable Arduino ArchiCAD Audacity AutoCAD Canva CapCut Cubase Docker Elementor Figma Framer GarageBand GIMP
Houdini Illustrator InDesign Inkscape Instagram Java Joomla Laravel Lightroom LinkedIn Mailchimp Maya Miro Notion Nuke
Procreate Python QuarkXPress QGIS Reaper Revit Ruby Rust Shopify SketchUp SolidWorks Squarespace Svelte TikTok
TouchDesigner Vectorworks Webflow Windows YouTube ZBrush
"""


def groups(text: str) -> list[tuple[str, ...]]:
    """The groups of such a list, each with its names."""
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [tuple(name.strip() for name in line.split("|")) for line in lines]
