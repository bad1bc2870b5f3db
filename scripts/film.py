"""Stage film: fields or maps, frame by frame -> one film as GIF, as MP4, and a page that plays it."""

from pathlib import Path

from pseudo_rd.figures.moving import FILMS, film_page, write_film
from pseudo_rd.figures.note import preset_note, said_of_data
from pseudo_rd.figures.style import paper_style
from pseudo_rd.results.files import read_npz, write_text
from pseudo_rd.workflow.stage import snakemake, stage_log

with stage_log(snakemake) as log, paper_style():
    given = snakemake.params
    shown = {name: read_npz(path) for name, path in given.files.items()}
    stand_ins = {str(each["dataset"]): str(each["stand_in"]) for each in shown.values() if each.get("stand_in")}
    lacking = {name: said_of_data(what, "") for name, what in stand_ins.items()}
    note = preset_note(snakemake.wildcards.preset, given.changes, lacking, given.reading)
    film = FILMS[snakemake.wildcards.film](shown, note)
    write_film(film, snakemake.output.gif, snakemake.output.mp4, given.frames_per_second, given.pause)
    write_text(snakemake.output.page, film_page(given.title, Path(snakemake.output.mp4).read_bytes()))
    log.info(f"{film.frames} frames; {note or 'nothing shrunk'}")
