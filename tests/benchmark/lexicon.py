"""The words of the invented council of Montcléry-sur-Aulne: its topics, its speakers, the mayor's formulas.

Data only, written for this project. Each topic lists things (noun phrases with their article), acts (infinitives)
and people (noun phrases), separated by semicolons. Topics, names and places of the variant `fit` and of the
variant `report` are disjoint, so that nothing fitted on the one is known by heart on the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.benchmark.idioms import split


@dataclass(frozen=True, slots=True)
class Topic:
    """What a speech can be about."""

    things: tuple[str, ...]
    acts: tuple[str, ...]
    people: tuple[str, ...]


def _topic(things: str, acts: str, people: str) -> Topic:
    return Topic(split(things), split(acts), split(people))


_FIT_TOPICS = (
    _topic(
        """les pistes cyclables de l'avenue Marchetti; le pont des Tanneurs; la navette du marché; la voie verte; le
        stationnement autour de la gare; les arceaux à vélos; le plan de circulation; la ligne de bus du plateau;
        les passages piétons du boulevard; la zone à trente kilomètres par heure; l'abonnement scolaire; le
        carrefour de la Croix-Blanche""",
        """apaiser la circulation devant les écoles; prolonger la voie verte jusqu'à Brévilliers; renforcer la
        fréquence des autobus; sécuriser la traversée du faubourg; ralentir les camions de transit; relier les
        hameaux au centre-bourg; supprimer les trottoirs trop étroits""",
        """les usagers du train; les cyclistes du quotidien; les conductrices de la régie; les riverains du boulevard;
        les personnes à mobilité réduite""",
    ),
    _topic(
        """la cantine de l'école Pasteur; les repas servis aux enfants; le fournisseur de légumes; la ferme municipale;
        le marché de restauration collective; les produits issus de l'agriculture biologique; la légumerie; le
        gaspillage alimentaire; la tarification sociale; les menus végétariens; le contrat avec la laiterie""",
        """cuisiner sur place des produits frais; acheter aux maraîchers du canton; former les cuisinières; bannir les
        barquettes en plastique; peser les restes chaque semaine; garantir un repas chaud à chaque élève""",
        """les parents d'élèves; les cuisiniers des trois cantines; les agriculteurs de la vallée; les délégués de
        classe; les animatrices du périscolaire""",
    ),
    _topic(
        """le réseau d'eau potable; la station d'épuration; le château d'eau de Valmorin; les fuites du réseau; le prix
        du mètre cube; la nappe phréatique; les compteurs connectés; le captage des Sources; la régie publique; les
        berges de l'Aulne; le schéma d'assainissement; les pesticides retrouvés dans la rivière""",
        """remplacer les canalisations en plomb; protéger la ressource; reprendre la gestion en régie; récupérer l'eau
        de pluie; entretenir les fossés; désimperméabiliser les cours; surveiller la qualité des captages""",
        """les abonnés du syndicat; les pêcheurs de la vallée; les techniciens de l'agence de bassin; les exploitants
        riverains; les foyers les plus modestes""",
    ),
    _topic(
        """la médiathèque; le festival de la rivière; l'école de musique; la salle des fêtes; le cinéma associatif; la
        résidence d'artistes; les ateliers de théâtre; le fonds patrimonial; la fanfare; l'exposition de peinture;
        la nuit du conte; les subventions aux compagnies""",
        """ouvrir la médiathèque le dimanche; soutenir la création locale; inviter des artistes dans les classes;
        rénover la scène du théâtre; numériser les archives; apprendre un instrument à tous les enfants""",
        """les musiciens amateurs; les bibliothécaires; les spectateurs du festival; les bénévoles du cinéma; les
        comédiennes de la troupe""",
    ),
    _topic(
        """le logement social de la rue des Forges; les loyers du centre ancien; la copropriété des Glycines; le permis
        de louer; les logements vacants; le foyer des jeunes travailleurs; l'hébergement d'urgence; l'isolation des
        immeubles; la résidence autonomie; le bailleur départemental; les punaises de lit""",
        """réhabiliter les immeubles insalubres; lutter contre les passoires thermiques; encadrer les meublés de
        tourisme; construire des appartements accessibles; préempter les terrains bien situés; réduire les charges
        des locataires""",
        """les locataires; les familles mal logées; les copropriétaires; les jeunes ménages; les retraités isolés""",
    ),
    _topic(
        """le gymnase Kervadec; la piscine intercommunale; le club de handball; le stade du Moulin; les vestiaires; la
        course des collines; les créneaux d'entraînement; le terrain synthétique; la salle d'escalade; le chèque
        sport; l'éclairage du terrain""",
        """apprendre à nager à chaque écolier; refaire la toiture du gymnase; partager équitablement les créneaux;
        accueillir une compétition régionale; encourager la pratique féminine; prêter du matériel aux associations""",
        """les entraîneurs bénévoles; les licenciées du club; les maîtres-nageurs; les supporters; les arbitres
        débutants""",
    ),
    _topic(
        """la maison de santé; le centre de vaccination; la pharmacie de garde; les urgences de l'hôpital; le conseil
        local en santé mentale; la mutuelle communale; le bus de dépistage; la maternité; l'épicerie solidaire; le
        portage des repas; les consultations avancées""",
        """attirer de jeunes médecins; financer un poste d'infirmière; rompre l'isolement des aînés; prévenir les
        addictions; rapprocher les soins des villages; maintenir la maternité ouverte""",
        """les patients sans médecin traitant; les aides à domicile; les soignants de l'hôpital; les sages-femmes; les
        personnes âgées""",
    ),
    _topic(
        """la vidéosurveillance; la police municipale; l'éclairage nocturne; les médiateurs de rue; les rodéos; le
        conseil de prévention; la tranquillité du parc; les nuisances sonores; la brigade cynophile; les caméras de
        la place; le commissariat de secteur""",
        """recruter deux médiateurs; éteindre les lampadaires après minuit; accompagner les victimes; évaluer les
        caméras existantes; restaurer la confiance; occuper les halls d'immeubles autrement""",
        """les agents de la brigade; les habitants du Grand-Clos; les éducateurs spécialisés; les commerçants excédés;
        les lycéens""",
    ),
)

_REPORT_TOPICS = (
    _topic(
        """la collecte des déchets; la déchetterie des Vignes; les bacs à compost; la redevance incitative; le broyeur
        de végétaux; l'incinérateur; les encombrants; le tri des emballages; la recyclerie; les dépôts sauvages; les
        colonnes à verre; le tonnage des ordures""",
        """composter au pied des immeubles; réparer plutôt que jeter; espacer les tournées du camion; facturer au poids
        réel; verbaliser les pollueurs; interdire la vaisselle jetable; ramasser les biodéchets""",
        """les éboueurs; les ménages vertueux; les ambassadrices du tri; les bricoleurs de la recyclerie; les
        restaurateurs""",
    ),
    _topic(
        """la chaufferie à bois; les panneaux solaires du hangar; la facture de gaz; le réseau de chaleur; la
        rénovation énergétique; les économies de fluides; l'éolienne citoyenne; les chaudières au fioul; le plan
        climat; la prime aux particuliers; le diagnostic thermique; les radiateurs de la mairie""",
        """isoler les combles; produire notre propre électricité; baisser le chauffage d'un degré; remplacer les
        vieilles chaudières; mutualiser les achats; atteindre la neutralité carbone; conseiller gratuitement les
        propriétaires""",
        """les ménages précaires; les coopérateurs de la centrale; les artisans du bâtiment; les ingénieurs du
        syndicat; les bûcherons""",
    ),
    _topic(
        """les haies bocagères; le parc de la Citadelle; les arbres du mail; la mare pédagogique; le plan canopée; les
        jardins partagés; la trame noire; les herbicides; la réserve naturelle; l'inventaire des chauves-souris; le
        verger conservatoire; les cimetières enherbés""",
        """planter mille arbres; végétaliser les cours de récréation; faucher plus tard dans la saison; préserver les
        zones humides; restaurer les continuités écologiques; arracher le goudron inutile""",
        """les jardiniers municipaux; les naturalistes; les apiculteurs; les promeneurs; les chasseurs de la commune""",
    ),
    _topic(
        """la halle couverte; les vitrines vides; le droit de préemption commercial; la braderie; la zone d'activités;
        le marché du samedi; la taxe sur les terrasses; la pépinière d'entreprises; l'hypermarché; la boutique
        éphémère; le manager de centre-ville; la foire aux chevaux""",
        """ramener des boutiques dans la grand-rue; plafonner les loyers commerciaux; refuser une galerie marchande;
        aider les repreneurs; moderniser la halle; exonérer les terrasses""",
        """les boulangers; les marchands ambulants; les entrepreneuses; les clients du samedi; les fripiers""",
    ),
    _topic(
        """le budget participatif; les conseils de quartier; la pétition citoyenne; le règlement intérieur; la
        commission extra-municipale; le tirage au sort; l'assemblée des jeunes; le droit d'interpellation; le
        bulletin d'information; la charte de la laïcité; les comptes rendus de mandat""",
        """associer les citoyens aux décisions; publier toutes les données; consulter avant de trancher; répondre aux
        pétitions; traduire les documents en français facile; filmer les commissions""",
        """les citoyens tirés au sort; les électrices; les abstentionnistes; les porte-parole des quartiers; les
        rapporteurs de la mission""",
    ),
    _topic(
        """la crèche des Lucioles; le centre de loisirs; la maison des adolescents; le chantier éducatif; le permis de
        conduire citoyen; les colonies de vacances; l'aide aux devoirs; le skatepark; la mission locale; le service
        civique; le relais des assistantes maternelles; la ludothèque""",
        """créer vingt places de crèche; emmener les enfants à la mer; offrir un premier stage; repérer les
        décrocheurs; rouvrir la ludothèque; aménager un terrain de jeux inclusif""",
        """les assistantes maternelles; les adolescents du bourg; les éducatrices; les apprentis; les mères
        célibataires""",
    ),
    _topic(
        """l'abbatiale; les remparts; le moulin à farine; la charpente de l'église; le label de ville d'art; la
        chapelle Saint-Aubin; la souscription publique; l'orgue; le secteur sauvegardé; la tour de l'Horloge; les
        fouilles archéologiques; le musée du tissage""",
        """consolider les voûtes; signer une convention avec la fondation; restaurer les vitraux; guider les visiteurs;
        classer le moulin; dégager les remparts de leur lierre""",
        """les tailleurs de pierre; les touristes; les mécènes; les charpentiers; les guides conférenciers""",
    ),
    _topic(
        """la fibre optique; les logiciels libres; le guichet unique; l'inclusion numérique; l'antenne relais; le site
        de la commune; les tablettes scolaires; la cyberattaque; les démarches en ligne; le centre d'appels;
        l'intelligence artificielle; la carte de vie quotidienne""",
        """garder un accueil humain; migrer vers des logiciels libres; sauvegarder les serveurs; couvrir les zones
        blanches; accompagner les débutants; chiffrer les données sensibles""",
        """les conseillers numériques; les informaticiens de la mairie; les grands-parents; les télétravailleurs; les
        secrétaires de mairie""",
    ),
)

TOPICS = {"fit": _FIT_TOPICS, "report": _REPORT_TOPICS}

SPEAKERS = {
    "fit": split(
        """madame Solange Marchetti; monsieur Yannick Kervadec; madame Odile Tressac; monsieur Bruno Lestrange; madame
        Fatou Diarrassou; monsieur Rémi Valcourt; madame Hélène Brizay; monsieur Tarek Benamrane; madame Lucie
        Montfermy; monsieur Gaspard Noiret"""
    ),
    "report": split(
        """madame Agathe Roussillac; monsieur Denis Pontvallain; madame Inès Cheraga; monsieur Armand Thouvery; madame
        Clotilde Vaurin; monsieur Samba Kouyatéré; madame Mireille Estrabaud; monsieur Loïc Penhoadic; madame Nadège
        Orfeuvre; monsieur Justin Bellecombe"""
    ),
}
PLACES = {
    "fit": split(
        """à Valmorin; à Brévilliers; dans le quartier des Rives; au Grand-Clos; sur le plateau; rue des Forges; place
        du Marché-Vieux; dans le faubourg Saint-Luc; au bord de l'Aulne; à la Croix-Blanche"""
    ),
    "report": split(
        """à Fontgrise; à Orvennes; dans le quartier de la Citadelle; aux Quatre-Vents; sur la côte de Beauregard; rue
        du Tissage; place de l'Horloge; dans le lotissement des Alouettes; près du canal; au hameau de Pelleport"""
    ),
}
SIGLES = {
    "fit": split("CCAS; SPASER; EPCI; ZAC; DGF; ARS; SCoT"),
    "report": split("PLUi; SIVOM; CAF; DSIL; CESER; ADEME; EHPAD"),
}

OPENINGS = split(
    """Monsieur le maire, chers collègues.; Merci, monsieur le maire.; Mesdames et messieurs, chers collègues.;
    Monsieur le maire, mesdames et messieurs les élus, chers collègues, bonsoir.; Chères et chers collègues."""
)
CLOSINGS = split(
    """Je vous remercie.; Je vous remercie de votre attention.; Merci à toutes et à tous.;
    Nous voterons donc cette délibération."""
)
CHATTER = split(
    """La parole est à <mister>.; Vous avez la parole, <mister>.; Merci, <mister>.; Qui s'oppose ?; Qui s'abstient ?;
    La délibération est adoptée à l'unanimité.; Nous passons au rapport suivant.; Y a-t-il d'autres interventions ?;
    S'il vous plaît, un peu de silence dans la salle.; Votre micro n'est pas allumé, <mister>.; Je mets aux voix.;
    Il nous reste <count> rapports à examiner ce soir.; Pouvez-vous conclure, <mister>, votre temps est écoulé.;
    C'est le rapport numéro <small>, présenté par <mister>.; Le quorum est atteint, nous pouvons délibérer.;
    <mister> a donné pouvoir à <mister>.; Je reprends la liste des inscrits.; Pas d'opposition, pas d'abstention."""
)
