using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Samples.Data;
using Gdpr.Samples.Decisions;
using Gdpr.Samples.Organisations;
using Gdpr.Samples.Views;
using Gdpr.Time;
using NodaTime;
using NodaTime.Text;
using Spectre.Console;

namespace Gdpr.Samples.Explore;

/// <summary>Asks for an organisation, a person, a record and a date, and shows what the library answers and the lines that asked.</summary>
internal sealed class Explorer(Screen screen, SampleOptions options, CancellationToken cancellation)
{
    private const int Page = 14;

    public async Task RunAsync(DatabaseFolder folder, Tour tour)
    {
        while (true)
        {
            var organisation = options.Organisations is [var only] ? only : await PickAsync(
                screen.Say("Which organisation?", "Vilken organisation?"), options.Organisations, one => screen.Say(PolicyFiles.Read(one.Id).GetUsable().Title));
            var policy = PolicyFiles.Read(organisation.Id).GetUsable();
            using var database = tour.MakeDatabase(organisation, policy, folder);
            await ExploreAsync(policy, database);
            if (options.Organisations.Count == 1)
            {
                return;
            }
        }
    }

    private async Task ExploreAsync(GdprPolicy policy, SampleDatabase database)
    {
        var schedule = RetentionSchedule.Compile(policy);
        while (await PickPersonAsync(database) is { } person)
        {
            screen.Title($"{person.Name} ({person.Key})");
            var rows = database.Tables.SelectMany(table => database.ReadOf(table, person.Key)).ToList();
            var row = await PickAsync(screen.Say("Which record?", "Vilken post?"), rows, Describe);
            RecordView.ShowStored(screen, row);
            foreach (var (field, content) in database.ReadFields(row))
            {
                screen.Line($"    {field}: {content ?? "NULL"}", "grey70");
            }

            var at = await PickInstantAsync(policy, Questions.Ask(schedule, row, options.At).Decision);
            Show(Questions.Ask(schedule, row, at), at);
        }
    }

    private void Show(Answer answer, Instant at)
    {
        screen.Heading(screen.Say($"Asked, with at = {InstantPattern.General.Format(at)}", $"Frågat, med at = {InstantPattern.General.Format(at)}"));
        foreach (var line in SourceLines.OfQuestions())
        {
            screen.Line("  " + line, "deepskyblue1");
        }

        screen.Heading(screen.Say("Answered", "Svarat"));
        var decision = answer.Decision;
        var table = screen.Table("FateDecision", "");
        table.AddRow(new Text("Fate"), new Markup(Screen.Markup(decision.Fate)));
        table.AddRow("Reason", decision.Reason.Code());
        table.AddRow("Rule", decision.Rule?.Id ?? "null");
        table.AddRow("Due", decision.Due is { } due ? LocalDatePattern.Iso.Format(due) : "null");
        screen.Write(table);
        RecordView.ShowExplanation(screen, answer.Explanation);
        screen.Line();
    }

    private async Task<(string Key, string Name)?> PickPersonAsync(SampleDatabase database)
    {
        while (true)
        {
            var text = await AskAsync(new TextPrompt<string>(
                screen.Say("Which person? Part of a name or key; nothing for a few; [bold]q[/] to leave:", "Vilken person? En del av namn eller nyckel; inget för några; [bold]q[/] för att sluta:"))
                .AllowEmpty());
            if (text is "q")
            {
                return null;
            }

            var people = database.FindPeople(text, Page);
            if (people.Count > 0)
            {
                return await PickAsync(screen.Say("Which person?", "Vilken person?"), people, person => $"{person.Name} ({person.Key})");
            }

            screen.Line(screen.Say("Nobody found.", "Ingen hittad."), "yellow");
        }
    }

    private async Task<Instant> PickInstantAsync(GdprPolicy policy, FateDecision decision)
    {
        var zone = Tour.ZoneOf(policy);
        var today = LocalDays.TodayAt(options.At, zone);
        var choices = new List<(string Text, LocalDate? Date)>
        {
            (screen.Say("today", "i dag"), today),
            (screen.Say("in a year", "om ett år"), today.PlusYears(1)),
            (screen.Say("another date", "ett annat datum"), null),
        };
        if (decision.Due is { } due)
        {
            choices.Insert(1, (screen.Say("the day before it changes", "dagen innan den ändras"), due.PlusDays(-1)));
            choices.Insert(2, (screen.Say("the day it changes", "dagen den ändras"), due));
        }

        var (_, picked) = await PickAsync(
            screen.Say("On which date?", "Vilket datum?"), choices,
            choice => choice.Date is { } date ? $"{LocalDatePattern.Iso.Format(date)}  {choice.Text}" : choice.Text);
        var on = picked ?? await AskDateAsync();
        return on == today ? options.At : LocalDays.StartOf(on, zone);
    }

    private async Task<LocalDate> AskDateAsync()
    {
        var text = await AskAsync(new TextPrompt<string>(screen.Say("Date, as 2027-01-01:", "Datum, som 2027-01-01:"))
            .Validate(
                typed => LocalDatePattern.Iso.Parse(typed) is { Success: true, Value.Year: >= 1900 and <= 2200 },
                screen.Say("Write year, month and day, from 1900 to 2200.", "Skriv år, månad och dag, från 1900 till 2200.")));
        return LocalDatePattern.Iso.Parse(text).Value;
    }

    private static string Describe(StoredRow row) =>
        $"{row.Table.Path} {row.Id}  {string.Join(", ", row.Table.Triggers.Zip(row.Stored).Where(pair => pair.Second is not null).Select(pair => $"{pair.First} {pair.Second![..Math.Min(10, pair.Second!.Length)]}"))}";

    private Task<T> PickAsync<T>(string title, IEnumerable<T> choices, Func<T, string> text)
        where T : notnull =>
        new SelectionPrompt<T>().Title(title).PageSize(Page).EnableSearch().UseConverter(choice => Markup.Escape(text(choice))).AddChoices(choices)
            .ShowAsync(screen.Console, cancellation);

    private Task<string> AskAsync(TextPrompt<string> prompt) => prompt.ShowAsync(screen.Console, cancellation);
}
