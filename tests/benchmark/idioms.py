"""Turns of speech that colour the generated sentences: verbs, images and asides of a broad vocabulary. Data only.

`ASIDES` close a sentence, `REMARKS` are whole clauses about no topic in particular. Even ones belong to one variant
of the sets, odd ones to the other; one in `UNSAID_EACH` of either is only ever in sentences that nobody said.
"""

from __future__ import annotations


def split(text: str) -> tuple[str, ...]:
    """The items of a list separated by semicolons."""
    return tuple(" ".join(item.split()) for item in text.split(";"))


ASIDES = split(
    """comme un emplâtre sur une jambe de bois; avec la patience d'un horloger; sans tambour ni trompette; au détour
    d'une simple note de bas de page; dans l'indifférence de la métropole voisine; à l'heure où la sécheresse
    s'installe; tandis que les taux d'intérêt grimpent; comme en témoignent les courriers reçus cet hiver; sous
    prétexte de simplification administrative; au grand dam des contribuables; avec un sens aigu de l'improvisation;
    pendant que d'autres communes avancent; à rebours de toutes les recommandations scientifiques; comme si de rien
    n'était; au terme d'un audit accablant; grâce à l'obstination de quelques agents; sans la moindre étude
    d'impact; dans un contexte de flambée des matières premières; en dépit du bon sens; loin des querelles de
    clocher; avec l'appui d'un cabinet toulousain; après trois versions contradictoires du dossier; devant un
    huissier de justice; pour une bouchée de pain; contre l'avis du commissaire enquêteur; à la lueur des derniers
    recensements; jusqu'à épuisement des crédits; par la voie d'un référendum local; en puisant dans l'épargne
    brute; au mépris des engagements signés; dès que le tribunal aura tranché; sur la foi d'un sondage bâclé; à
    mi-chemin entre le rêve et la routine; avant la fonte des dotations; moyennant un emprunt raisonnable; comme le
    chantaient nos grands-mères; dans la plus pure tradition républicaine; hors de toute considération partisane;
    avec des bouts de ficelle; au lendemain de la tempête; sans jeter l'opprobre sur quiconque; à la force du
    poignet; au rythme des saisons et des récoltes; en gardant la tête froide; quoi qu'en disent les oiseaux de
    mauvais augure; selon un calendrier intenable; malgré l'hostilité d'un puissant lobby; en attendant le prochain
    orage budgétaire; d'un commun accord avec les syndicats; au prix d'acrobaties comptables; derrière un rideau de
    fumée; afin de panser les plaies de la désindustrialisation; comme un phare dans le brouillard; à contretemps;
    pour le plus grand profit d'actionnaires lointains; sans distinction d'origine ni de fortune; avec une rigueur
    de notaire; au nom d'une écologie joyeuse; depuis la fermeture de la filature; à l'image d'un navire sans
    boussole; en toute transparence; dans l'urgence et la fébrilité"""
)
REMARKS = split(
    """la facture grimpe et la poussière s'accumule sous le tapis; un vieux proverbe dit qu'on ne bâtit pas une maison
    par le toit; mon grand-père, cordonnier, répétait que le cuir se travaille lentement; l'horizon s'est
    brusquement assombri; la vérité finit toujours par remonter à la surface; je n'ai entendu ce soir qu'un
    catalogue de bonnes intentions; la dentelle administrative nous étouffe; le vent tourne et les certitudes
    vacillent; gouverner consiste à choisir ses renoncements; nous avons hérité d'une dette colossale et d'un
    patrimoine délabré; l'ironie de l'histoire est savoureuse; les promesses électorales sèchent plus vite que
    l'encre; une société se juge au sort qu'elle réserve aux plus fragiles; aucun algorithme ne remplacera un
    sourire derrière un guichet; nos voisins allemands ont tranché ce débat voilà une décennie; cette usine à gaz
    engendre surtout de la paperasse; la pluie de mardi a rappelé notre vulnérabilité; le mépris n'a jamais tenu
    lieu de politique; les archives de la paroisse racontent déjà cette querelle; votre prudence ressemble
    furieusement à de la paresse; la jeunesse nous regarde et prend des notes; il faudra du courage, de la méthode
    et quelques nuits blanches; l'argent public n'est pas un jeu de bonneteau; le maquis réglementaire décourage les
    meilleures volontés; nous marchons sur une corde raide au-dessus du vide; la sobriété se partage, la pénurie se
    subit; voici vingt ans qu'un rapport chasse l'autre dans les tiroirs; ce village a survécu aux crues, aux
    guerres et aux promoteurs; l'exemplarité commence au sommet de l'escalier; la démagogie coûte cher et rapporte
    peu; je garde le souvenir d'une grève longue et douloureuse; les statistiques de l'observatoire dessinent une
    fracture béante; chaque hiver emporte un pan de muraille; nos archives municipales en conservent la trace
    manuscrite; le diable se cache dans les annexes techniques; un funambule aurait moins d'aplomb que votre adjoint
    aux finances; la rumeur galope plus vite que le facteur; le silence gêné de cette assemblée vaut tous les aveux;
    semer demande de croire au printemps; on ne soigne pas une fièvre en cassant le thermomètre; la ruralité ne se
    résume pas à une carte postale; l'égalité reste une conquête fragile et quotidienne; aucune fatalité ne condamne
    nos vallées au déclin; l'improvisation permanente épuise les équipes; le bon voisinage vaut mieux qu'un long
    procès; notre boussole tient en trois mots, justice, sobriété, fraternité; cette grammaire comptable masque une
    réalité brutale; les hirondelles elles-mêmes ont déserté vos façades bétonnées; un peu d'humilité grandirait
    cette enceinte"""
)
