"""Skills of creative firms as people write them: one skill a line, its name first, then other ways to write it.

Other ways are spellings, plurals, hyphens, abbreviations, slips of the finger, and English and Dutch names.
"""

from __future__ import annotations

SPELLINGS = """
Screen printing | screenprinting | Screen-Printing | screenprint | screen prints | silkscreen | silk-screen printing \
| serigraphy | zeefdruk | zeefdrukken | sreen printing | zeefdruck
Riso printing | risograph | Risography | riso print | RISO | risodruk
Linocut | lino cut | lino-cutting | lino printing | linosnede | linosnijden | lino's snijden
Woodcut | woodblock printing | wood block print | houtsnede | houtsnedes
Etching | etchings | etsen | ets | eching
Letterpress | letter press | letterpress printing | letter-press | boekdruk
Lithography | litho | lithografie | stone lithography | steendruk
Monotype | monotypes | monoprint | mono printing | mono-print
Bookbinding | book binding | book-binding | boekbinden | bookbindng
Papermaking | paper making | paper-making | papier scheppen | papierscheppen
Paper marbling | marbling paper | papier marmeren | marmeren
Calligraphy | caligraphy | kalligrafie | calligrafy
Hand lettering | handlettering | hand-lettering | lettering
Sign painting | signpainting | sign-writing | signwriting | letterschilderen
Type design | type-design | typeface design | font design | letterontwerp
Typography | typografie | typografy | Typogrpahy
Graphic design | graphics design | grafisch ontwerp | grafische vormgeving | graphic designer | graphic-design
Logo design | logos | logo's | logo ontwerp | logo's ontwerpen | Logo | logodesign
Brand identity | visual identity | corporate identity | huisstijl | huisstijlontwerp | brand identities
Editorial design | magazine design | editorial-design | tijdschriftontwerp
Packaging design | package design | packaging | verpakkingsontwerp | verpakkingen ontwerpen
Poster design | posters | affiches ontwerpen | poster-design | posterontwerp
Infographics | infographic design | info graphics | infographic | info-graphic
Data visualisation | data visualization | dataviz | data viz | datavisualisatie | visualising data
Page layout | lay-out | layout | DTP | desktop publishing | opmaak
Prepress | pre-press | pre press | drukwerkvoorbereiding | print-ready files
Colour theory | color theory | kleurenleer | kleurtheorie | colour-theory
Illustration | illustrating | illustrations | illustratie | illustreren | ilustration
Digital illustration | digital illustrations | digitale illustratie
Children's book illustration | childrens book illustration | Children’s-book illustrations | kinderboekillustratie \
| kinderboeken illustreren
Comics | comic | comic books | strips tekenen | stripverhalen | comic-book
Storyboarding | story boarding | storyboards | storyboard | story-boards
Life drawing | figure drawing | modeltekenen | model tekenen | life-drawing
Drawing | tekenen | drawings | draw
Sketching | schetsen | sketches
Urban sketching | urban sketches | urbansketching
Watercolour | watercolor | water colours | watercolour painting | aquarel | aquarelleren
Oil painting | oil paint | oil paintings | olieverf | schilderen met olieverf
Acrylic painting | acrylics | acrylverf | acrylic paint
Murals | mural painting | wall painting | muurschildering | muurschilderingen
Gilding | gold leaf | goldleaf | vergulden | bladgoud
Collage | collages | collage making
Portrait photography | portraits photography | portretfotografie | portrait photographer | portretten fotograferen
Product photography | productfotografie | product photos | packshots | product-photography
Analogue photography | analog photography | film photography | analoge fotografie
Darkroom printing | dark room | darkroom | doka
Cyanotype | cyanotypes | cyanotypie | cyanotipe
Architectural photography | architecture photography | architectuurfotografie
Photo editing | photo retouching | retouching photos | fotobewerking | foto's bewerken
Studio lighting | studio light | studiolicht | studioverlichting
Video editing | video-editing | film editing | videomontage | video montage | video editting | video's bewerken
Colour grading | color grading | colour-grading | kleurcorrectie | color correction
Cinematography | cinematografie | camera work | camerawerk | camerawork
Screenwriting | script writing | scriptwriting | screen-writing | scenarioschrijven | scenario schrijven
Documentary making | documentaries | documentary | documentaire maken | documentary filmmaking
Stop motion | stop-motion animation | stopmotion | stop motion animatie
2D animation | 2-D animation | 2D animatie | 2d animations
3D animation | 3d-animation | 3D animatie | 3 D animation
Motion graphics | motion design | motiongraphics | motion graphic | mograph
Drone filming | drone video | filmen met een drone | drone footage
Sound recording | geluidsopname | audio recording | geluid opnemen
Sound design | sound-design | geluidsontwerp | sounddesign
Audio mixing | sound mixing | mixing audio | mixing
Mastering | audio mastering | masteren
Music production | producing music | muziekproductie | muziek produceren
Songwriting | song writing | song-writing | liedjes schrijven | writing songs
Podcasting | podcasts | podcast making | podcast production | podcast maken
Voice-over | voice over | voiceover | inspreken | voice-overs
DJing | DJ | deejaying | DJ'en | dj'ing
VJing | VJ | live visuals | vj'en
Foley | foley sound | foleys
Singing | zingen | zang | vocals
Guitar | guitar playing | gitaar | gitaar spelen | guitars
Piano | piano playing | pianospelen | playing the piano
Modular synthesis | modular synths | modular synthesizers | modulaire synthesizer
Instrument building | instrument making | instrumentenbouw | building instruments
Wheel throwing | throwing on the wheel | pottery wheel | draaien op de schijf | wheel-throwing | pottenbakken
Hand building | handbuilding | hand-building | handopbouw
Glazing (pottery) | glazing | pottery glazing | glazuren | ceramic glazing
Slip casting | slip-casting | slipcasting | slib gieten
Raku firing | raku | raku stoken
Kiln firing | firing a kiln | keramiek stoken | kiln-firing
Mould making | mold making | mouldmaking | mold-making | mallen maken | making moulds
Ceramics | keramiek | ceramic | ceramcis
Porcelain | porselein | porcelein
Mosaic | mosaics | mozaïek | mozaiek
Glassblowing | glass blowing | glass-blowing | glasblazen
Stained glass | stained-glass | glas-in-lood | glas in lood
Glass fusing | fused glass | glasfusen | fusing glass
Wood turning | woodturning | houtdraaien | hout draaien | wood-turning
Wood carving | woodcarving | houtsnijden | houtsnijwerk | carving wood | hout snijden
Spoon carving | carving spoons | lepels snijden
Furniture making | furniture-making | meubelmaken | meubels maken | making furniture | furnature making
Furniture restoration | restoring furniture | meubelrestauratie | meubels restaureren
Upholstery | upholstering | stofferen | meubelstofferen
Joinery | wood joints | houtverbindingen
Carpentry | carpenter | timmeren | timmerwerk
Marquetry | inlegwerk | marquetery
CNC milling | CNC routing | cnc-frezen | CNC frezen | cncmilling
Laser cutting | lasercutting | laser cutter | lasersnijden | laser-cutting
3D printing | 3D print | 3d-printen | 3D prints | 3-D printing | 3Dprinting
3D modelling | 3D modeling | 3D models | 3d modelleren | 3D-modeling
3D scanning | 3d scannen | 3D scan | 3d-scans
Vacuum forming | vacuumforming | vacuüm vormen | vacuumvormen
Resin casting | casting resin | epoxy gieten | resin
Welding | lassen | welder
TIG welding | TIG-lassen | TIG lassen | tigwelding
Blacksmithing | black smithing | smeden | forging | blacksmith
Silversmithing | silver smithing | zilversmeden | edelsmeden
Jewellery making | jewelry making | jewelery making | sieraden maken | jewellery | making jewelry
Enamelling | enameling | emailleren
Bronze casting | bronze-casting | brons gieten | bronsgieten | casting bronze
Engraving | graveren | engravings
Soldering | solderen | soldeering
Leatherwork | leather working | leather crafting | leather craft | leerbewerking | leather-work
Shoemaking | shoe making | shoe-making | schoenen maken | making shoes
Bag making | bagmaking | tassen maken | bags | bag-making
Sewing | naaien | sewing machine | sew
Pattern cutting | pattern making | patterncutting | patroontekenen | patronen maken | pattern drafting
Draping | draperen | moulage
Dressmaking | dress making | dress-making | kleding maken | making clothes
Embroidery | embroidering | borduren | hand embroidery | embroidry
Machine embroidery | machinaal borduren | borduurmachine | embroidery machine
Knitting | knit | breien | hand knitting | kniting
Machine knitting | knitting machine | machinaal breien | breimachine
Crochet | crocheting | haken | crochetting | crochet work
Weaving | weven | loom weaving | hand-weaving | handweven
Tapestry weaving | tapestry | tapestries | wandtapijten weven
Felting | vilten | felt making | feltmaking
Natural dyeing | plant dyeing | natural dyes | plantaardig verven | verven met planten | natural dying
Indigo dyeing | indigo | indigo verven
Block printing | blockprinting | block prints | blokdruk | block-printing
Batik | batikken | batiks
Tufting | rug tufting | tuften | tapijt tuften
Quilting | quilts | quilten | quilt making
Millinery | hat making | hoeden maken | hatmaking | milinery
Fashion design | modeontwerp | mode ontwerpen | fashion | fashion-design | fashion designer
Fashion illustration | mode-illustratie | fashion illustrations | modetekenen
Fashion styling | kledingstyling | clothes styling | fashion-styling
Costume design | costumes | kostuumontwerp | kostuums ontwerpen
Wool spinning | spinning wool | spinnen | wol spinnen | spinning
Macramé | macrame | macramee
Basket weaving | basketry | manden vlechten | mandenvlechten | basketweaving
Clothes mending | mending clothes | visible mending | kleding repareren | kleding herstellen
UX design | UX | user experience | user experience design | UX-design | UX ontwerp
UI design | UI | user interface design | interface design | interfaceontwerp
UX research | user research | gebruikersonderzoek | user-research
Usability testing | usability tests | user testing | gebruikerstest | gebruikerstesten
Web design | webdesign | website design | webdesigner | websites ontwerpen | web-design
Front-end development | frontend | front end | frontend development | front-end developer
HTML and CSS | HTML & CSS | HTML/CSS | html en css | CSS + HTML
JavaScript | Java script | JS | javascript programming | java-script
React | React.js | ReactJS | react js
R | R programming | programming in R
Python | Python programming | programmeren in Python | learn Python | pyhton
C++ | C++ programming | cpp | C plus plus
C# | C sharp | csharp
C | C programming | programming in C
WordPress | Word press | wordpress websites | Wordpres
SEO | search engine optimisation | search engine optimization | zoekmachineoptimalisatie | s.e.o.
Google Analytics | google-analytics | GA4 | google analitics
Figma | figma basics | working with Figma
Photoshop | Adobe Photoshop | photoshoppen | photo shop | fotoshop
Illustrator | Adobe Illustrator | illustrator (Adobe)
InDesign | Adobe InDesign | In Design | Indesing
After Effects | Adobe After Effects | AfterEffects | after-effects | after efects
Premiere Pro | Adobe Premiere | Premiere | premierepro
DaVinci Resolve | Da Vinci Resolve | davinci
Blender | Blender 3D | blender for beginners
Cinema 4D | C4D | cinema4d | Cinema-4D
Rhino | Rhinoceros | Rhino 3D | rhino3d
SketchUp | Sketch Up | sketch-up | scketchup
AutoCAD | Auto CAD | auto-cad
CAD | computer-aided design | CAD drawing | CAD tekenen
Unity | Unity3D | Unity engine | unity 3d
Unreal Engine | Unreal | UE5 | unreal-engine
Game design | gamedesign | game-design | spelontwerp | games ontwerpen | spellen ontwerpen
Level design | leveldesign | level-design | levels ontwerpen
Pixel art | pixelart | pixel-art
Character design | character-design | designing characters | karakterontwerp
Concept art | concept-art | conceptart
Rigging | character rigging | riggen
Visual effects | VFX | visual fx | visual-effects
Sound effects | SFX | geluidseffecten | soundeffects
Augmented reality | AR | augmented-reality
Virtual reality | VR | virtual-reality
Projection mapping | projectionmapping | video mapping | videomapping | projectiemapping
Creative coding | creative-coding | creatief programmeren | creative programming
Arduino | arduinos | Arduino programming | arduino's
Raspberry Pi | raspberrypi | raspberry-pi | rasberry pi
Electronics | elektronica | electronic | electronica
Machine learning | ML | machine-learning
Prompt engineering | prompting | prompts | AI prompts
Interaction design | interactieontwerp | interaction-design | interactive design
Service design | service-design | servicedesign
Product design | productontwerp | product-design | producten ontwerpen
Industrial design | industrieel ontwerp | industrial-design | industriële vormgeving
Prototyping | prototypes | prototype maken | prototype
Model making | modelmaking | scale models | maquettes | maquettes bouwen | model-making
Interior design | interieurontwerp | interior-design | interiors
Lighting design | light design | lichtontwerp | lighting-design
Garden design | tuinontwerp | tuinen ontwerpen | gardens
Exhibition design | tentoonstellingsontwerp | exhibition-design | tentoonstellingen ontwerpen
Set design | stage design | decorontwerp | scenography | scenografie
Prop making | props | rekwisieten maken | prop-making
Stage lighting | theatre lighting | theater lighting | theaterlicht
Puppetry | puppets | puppet making | poppenspel
Make-up | makeup | make up | visagie
Special effects make-up | SFX makeup | special effects makeup | grimeren
Acting | acteren | toneelspelen
Dance | dancing | dansen
Improvisation theatre | improv | improvisatietheater | improv theater
Choreography | choreografie | choreografy
Public speaking | presenting | presenteren | presentation skills | presentations
Pitching | pitchen | pitches | elevator pitch
Storytelling | story telling | verhalen vertellen | story-telling
Copywriting | copy writing | copy-writing | tekstschrijven | teksten schrijven
Creative writing | creatief schrijven | creative-writing
Poetry | poems | poëzie | gedichten schrijven | writing poems
Proofreading | proof reading | proof-reading | proeflezen
Translation | translating | translations | vertalen
Subtitling | subtitles | ondertitelen | ondertiteling
Interviewing | interviews | interviewen | interview techniques
Self-publishing | selfpublishing | self publishing | zelf een boek uitgeven
Zine making | zines | zine | zine-making
Grant writing | funding applications | subsidie aanvragen | subsidieaanvragen | grant applications
Crowdfunding | crowd funding | crowd-funding
Pricing | prijzen bepalen | tarieven bepalen | pricing your work
Bookkeeping | book keeping | book-keeping | boekhouden | boekhouding
Negotiation | negotiating | onderhandelen | negotiations
Copyright | copyrights | auteursrecht | auteursrechten
Contracts | contract | contracten
Finding clients | acquisition | acquisitie | klanten vinden
Networking | netwerken | net-working
Social media | social-media | sociale media | socials
LinkedIn | Linked In | linked-in
Newsletters | newsletter | nieuwsbrief | nieuwsbrieven | e-mail newsletters
Email marketing | e-mail marketing | e-mailmarketing | mail marketing
Content strategy | contentstrategie | content-strategy | content strategie
Project management | projectmanagement | managing projects | project-management | projectleiding
Facilitation | facilitating | faciliteren | workshop facilitation | facilitating workshops
Teaching | lesgeven | les geven | doceren
Time management | timemanagement | time-management | managing time
Curating | curation | cureren | curating exhibitions
Archiving | archives | archiveren
Event production | event planning | organising events | organizing events | evenementen organiseren
Spreadsheets | spreadsheet | Excel | spread sheets
Press releases | press release | persberichten | persbericht | writing press releases
Flower arranging | bloemschikken | flower arrangements | flower-arranging
Candle making | kaarsen maken | candlemaking | candles
Soap making | zeep maken | soapmaking
Tattooing | tattoos | tattoo | tatoeëren
Origami | paper folding | papier vouwen
Paper cutting | papercutting | papierknippen | paper cuts
Pop-up books | popup books | pop-up boeken | pop up book
Stone carving | stone-carving | stonecarving | steenhouwen
Sculpture | sculpting | sculptures | beeldhouwen
Clay modelling | clay modeling | clay sculpting | boetseren
Concrete casting | beton gieten | betongieten | casting concrete
Biomaterials | bio materials | bio-materials | biomaterialen
"""

# Names of two skills that a hasty rule would take for one.
TRAPS = """
print | printer
print | sprint
printer | sprinter
wood carving | wood turning
wood carving | wood carding
C | C++
C | C#
C++ | C#
3D printing | 2D printing
3D modelling | 2D modelling
R | React
R | Ruby
UX | UI
UX design | UI design
UX | IxD
lino | limo
after effects | sound effects
sewing | sawing
weaving | wearing
carving | curving
casting | coasting
Canva | canvas
Windows | window
news writing | new writing
glass design | glasses design
Java | JavaScript
Unity | Unit
Rhino | Rhine
Sketch | SketchUp
Illustrator | illustration
photographer | photocopier
drawing | draping
baking | batik
knitting | knotting
filing | filling
planing | planning
dying | drying
moulding | molting
lens making | lent making
.NET | net making
Web 2.0 | Web 3.0
2.5D | 25D
1-2-3 | 12-3
🎸 lessons | 🎹 lessons
が | か
й | и
日本語 | 日本
陶芸 | 書道
خط عربي | خط فارسي
set design | sex design
stone carving | bone carving
logo design | lego design
felting | melting
tufting | turfing
welding | wedding
interior design | exterior design
wedding photography | welding photography
portrait photography | product photography
oil painting | nail painting
hand lettering | hand lithography
video editing | audio editing
animation | animatronics
book binding | book printing
"""


def skills() -> dict[str, tuple[str, ...]]:
    """Every skill by its first name, with the other ways to write it."""
    lines = (line.split(" | ") for line in SPELLINGS.strip().splitlines())
    return {first: tuple(others) for first, *others in lines}


def traps() -> list[tuple[str, str]]:
    """Pairs of names of different skills."""
    pairs = (line.split(" | ") for line in TRAPS.strip().splitlines())
    return [(one, other) for one, other in pairs]
