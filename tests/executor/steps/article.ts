/** An article as people paste it: title, paragraphs, quotes, names, amounts. */
export const ARTICLE = `Rivermouth harbour to run on tidal power by 2029

The port of Rivermouth will draw most of its electricity from the tide within four years, the \
harbour authority said on Tuesday, in what engineers call the largest scheme of its kind in \
northern Europe. Twelve turbines, each as tall as a house, are to be anchored on the seabed of the \
Calder Strait, where the water runs at up to 4.5 metres a second.

The project will cost €86 million. The European Investment Bank is lending half of the sum, and the \
rest comes from the harbour authority and from Nordsee Energie, a utility based in Hamburg. "We have \
talked about the tide for thirty years," said Maria Lindqvist, who leads the authority. "Now the \
price of a turbine has fallen by 60 percent since 2018, and waiting has become the expensive choice."

Cranes, cold stores and the ferries that charge overnight make the harbour the biggest consumer of \
electricity in the town. On a winter evening it takes 14 megawatts, more than all the homes of \
Rivermouth together. The turbines should supply 11 megawatts on average. A battery the size of four \
shipping containers will bridge the slack water between the tides, when the turbines stand still for \
about 40 minutes.

Fishing crews are not convinced. Tomas Brandt, whose family has fished the strait for three \
generations, fears that nets will catch on the anchors. "Nobody asked us where the cod go in March," \
he said. Lindqvist replied that the authority had moved two turbines after talks with the crews, and \
that a fund of €1.2 million would pay for damaged gear.

Biologists at the University of Bergen will watch how seals and porpoises behave near the blades. A \
similar scheme in Scotland has run since 2016, and no collision with a marine mammal has been \
recorded there. Dr. Ingrid Solheim, who leads the study, warned against hasty conclusions. "Six \
turbines in Scotland tell us something about six turbines in Scotland," she said. "Twelve turbines \
in a narrow strait are a different question, and we will stop them if the seals tell us to."

The first turbine is to be lowered into the water in May 2027. If the permits from the Norwegian and \
the German authorities arrive in time, the remaining eleven will follow by the end of 2028. \
Rivermouth expects to sell surplus power to the town at night, and Lindqvist hopes that other \
harbours will copy the scheme. Hamburg and Gothenburg have already sent delegations.
`;
