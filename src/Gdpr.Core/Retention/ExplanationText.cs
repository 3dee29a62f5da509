using System.Globalization;
using System.Text;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>An explanation in words, in English or Swedish.</summary>
internal sealed class ExplanationText(string language)
{
    private readonly bool _swedish = string.Equals(language, "sv", StringComparison.OrdinalIgnoreCase);
    private readonly StringBuilder _text = new();
    private LocalDate _today;

    public string Of(FateExplanation explanation)
    {
        _today = explanation.Today;
        var subject = Say($"{explanation.DataSet.Path} on {Date(explanation.Today)}", $"{explanation.DataSet.Path} den {Date(explanation.Today)}");
        Decision(0, subject, explanation.Decision, explanation.NextFate);
        if (explanation.DataSet.Retired is { On: { } since })
        {
            Line(1, Say(
                $"The data set has not been used since {Date(since)}: it has no rules, and all its records are due.",
                $"Datamängden används inte sedan {Date(since)}: den saknar regler, och alla dess poster ska bort."));
        }

        if (explanation.Facts.Count > 0)
        {
            Line(1, Say("Facts: ", "Fakta: ") + string.Join(", ", explanation.Facts));
        }

        foreach (var group in explanation.Groups)
        {
            var fields = string.Join(", ", group.Group.Fields);
            var named = group.Group.Fields.Count == 1 ? Say($"Field {fields}", $"Fältet {fields}") : Say($"Fields {fields}", $"Fälten {fields}");
            Decision(1, named, group.Decision, group.NextFate);
            foreach (var rule in group.Rules)
            {
                Line(2, Rule(rule));
                Limb(3, rule.Limb);
            }
        }

        return _text.ToString().TrimEnd('\n');
    }

    private void Decision(int depth, string subject, FateDecision decision, Fate? next)
    {
        var change = decision.Due is { } due && next is { } then ? Say($"; from {Date(due)} {Fate(then)}", $"; från den {Date(due)} {Fate(then)}") : "";
        Line(depth, $"{subject}: {Fate(decision.Fate)}{change}");
        var rule = decision.Rule is { } deciding ? Say($", rule {deciding.Id}", $", regel {deciding.Id}") : "";
        Line(depth + 1, $"{Reason(decision)} ({decision.Reason.Code()}{rule})");
    }

    private string By(ScheduledRule rule) => rule.Law is null ? "" : Say($" by {rule.Law}", $" enligt {rule.Law}");

    private string Rule(RuleExplanation rule)
    {
        var kind = rule.Rule.Kind switch
        {
            RuleKind.Purpose => Say($"purpose {rule.Rule.Purpose}, may keep", $"ändamålet {rule.Rule.Purpose}, får bevara"),
            RuleKind.Obligation => Say($"obligation{By(rule.Rule)}, must keep", $"skyldighet{By(rule.Rule)}, ska bevara"),
            _ => Say($"limit{By(rule.Rule)}, must not keep beyond", $"gräns{By(rule.Rule)}, får inte bevara längre"),
        };
        var facts = rule.Facts.Count == 0 ? "" : Say($" Facts: {string.Join(", ", rule.Facts)}.", $" Fakta: {string.Join(", ", rule.Facts)}.");
        return $"{rule.Rule.Id} ({kind}): {State(rule)}.{facts}";
    }

    private void Limb(int depth, LimbExplanation limb)
    {
        var former = limb.OfEarlierVersion ? Say("as an earlier version had let it go: ", "som en tidigare version hade släppt det: ") : "";
        Line(depth, former + limb.Kind switch
        {
            LimbKind.AllOf => Say("ends with the last of:", "slutar med den sista av:"),
            LimbKind.AnyOf => Say("ends with the first of:", "slutar med den första av:"),
            LimbKind.Consent => Say("while the consent is in force: ", "medan samtycket gäller: ") + State(limb),
            LimbKind.Started => Say($"from {limb.Trigger} on: ", $"från och med {limb.Trigger}: ") + Event(limb),
            LimbKind.Evidence => Say($"{Words(limb.Period)} from the evidence of {limb.Trigger}: ", $"{Words(limb.Period)} från beviset {limb.Trigger}: ") + Event(limb),
            _ => (limb.Period is not null
                ? Say($"{Words(limb.Period)} after {limb.Trigger}: ", $"{Words(limb.Period)} efter {limb.Trigger}: ")
                : Say($"through the day of {limb.Trigger}: ", $"till och med dagen för {limb.Trigger}: ")) + Event(limb),
        });
        foreach (var inner in limb.Limbs)
        {
            Limb(depth + 1, inner);
        }
    }

    private string Event(LimbExplanation limb)
    {
        if (limb.EventDate is not { } date)
        {
            return limb.NotHappened
                ? Say("has not happened; ", "har inte inträffat; ") + State(limb)
                : Say("nobody knows whether or when it happened; ", "ingen vet om eller när det inträffade; ") + State(limb);
        }

        var happened = !limb.IsToCome
            ? Say($"happened on {Date(date)}; ", $"inträffade den {Date(date)}; ")
            : Say($"is to happen on {Date(date)}; ", $"ska inträffa den {Date(date)}; ");
        if (limb.FiscalYear is { } fiscal)
        {
            happened += fiscal switch
            {
                { Kind: FiscalYearPositionKind.Known, YearEnd: { } end } => Say($"its fiscal year closed on {Date(end)}; ", $"räkenskapsåret slutade den {Date(end)}; "),
                { Kind: FiscalYearPositionKind.Open } => Say("its fiscal year is open; ", "räkenskapsåret är öppet; "),
                _ => Say("it lies outside every known fiscal year (E-BFL-01); ", "det ligger utanför varje känt räkenskapsår (E-BFL-01); "),
            };
        }

        if (limb.CountedFrom is { } from)
        {
            happened += Say($"counted from {Date(from)}; ", $"räknas från den {Date(from)}; ");
        }

        return happened + State(limb);
    }

    private string State(RuleExplanation rule) => rule switch
    {
        { IsEndedByFact: true, LastDay: { } day } when day >= _today => Say(
            $"ended by a fact; by the calendar it would run through {Date(day)}",
            $"avslutad av ett faktum; enligt kalendern skulle den löpa till och med den {Date(day)}"),
        { IsEndedByFact: true, LastDay: null } => Say("ended by a fact", "avslutad av ett faktum"),
        _ => State(rule.State, rule.LastDay, rule.AtLeastThrough),
    };

    private string State(LimbExplanation limb) => State(limb.State, limb.LastDay, limb.AtLeastThrough);

    private string State(LimbState state, LocalDate? lastDay, LocalDate? atLeast) => (state, lastDay) switch
    {
        (LimbState.Alive, { } day) => Say($"runs through {Date(day)}", $"löper till och med den {Date(day)}"),
        (LimbState.Alive, null) when atLeast is { } day => Say(
            $"runs at least through {Date(day)}; nobody knows how long after that", $"löper åtminstone till och med den {Date(day)}; ingen vet hur länge därefter"),
        (LimbState.Alive, null) => Say("runs on", "löper vidare"),
        (LimbState.Past, { } day) => Say($"over; its last day by the calendar is {Date(day)}", $"slut; sista dag enligt kalendern är den {Date(day)}"),
        (LimbState.Past, null) => Say("over", "slut"),
        _ => Say("unknown", "okänt"),
    };

    private string Fate(Fate fate) => fate switch
    {
        Retention.Fate.Keep => Say("keep", "bevaras"),
        Retention.Fate.Undetermined => Say("undetermined", "obestämt"),
        Retention.Fate.Restrict => Say("restrict", "begränsas"),
        Retention.Fate.Anonymise => Say("anonymise", "anonymiseras"),
        _ => Say("erase", "raderas"),
    };

    private string Reason(FateDecision decision) => decision.Reason switch
    {
        FateReason.PurposeAlive => Say("A purpose still runs.", "Ett ändamål löper ännu."),
        FateReason.ObligationAlive => Say(
            "A legal obligation to keep still runs; nothing else may be done with it (Art. 17(3)(b)).",
            "En rättslig skyldighet att bevara löper ännu; inget annat får göras med uppgifterna (art. 17.3 b)."),
        FateReason.Hold => Say(
            "A legal hold stands; it forbids destruction and permits no use (Art. 17(3)(e)).",
            "Ett rättsligt bevarandekrav gäller; det hindrar förstöring och medger ingen användning (art. 17.3 e)."),
        FateReason.Restricted => Say("The processing is restricted (Art. 18).", "Behandlingen är begränsad (art. 18)."),
        FateReason.RequestOpen => Say(
            "A request is open; disposal waits until it is answered.", "En begäran är öppen; gallringen väntar tills den är besvarad."),
        FateReason.ObjectionPending => Say(
            "An objection awaits its assessment; until then the purpose may not use it (Art. 21(1)).",
            "En invändning väntar på prövning; till dess får ändamålet inte använda uppgifterna (art. 21.1)."),
        FateReason.LimitPassed when decision.Fate == Retention.Fate.Restrict => Say(
            "A statutory maximum has passed, but a hold, an obligation or an open request forbids destruction: E-RET-02, a human must resolve it.",
            "En lagstadgad längsta tid har passerat, men ett bevarandekrav, en skyldighet eller en öppen begäran hindrar förstöring: E-RET-02, en människa måste avgöra."),
        FateReason.LimitPassed => Say("A statutory maximum has passed.", "En lagstadgad längsta tid har passerat."),
        FateReason.TriggerUnknown => Say(
            "A trigger is unknown, and the fate depends on it: kept, not used, until somebody finds out.",
            "En utlösande händelse är okänd, och utfallet beror på den: bevaras utan användning tills någon tar reda på det."),
        FateReason.FactUnknown => Say(
            "A fact is unknown, and the fate depends on it: kept, not used, until somebody finds out.",
            "Ett faktum är okänt, och utfallet beror på det: bevaras utan användning tills någon tar reda på det."),
        FateReason.FiscalYearUnknown => Say(
            "The event lies outside every known fiscal year: kept, not used, until the year is stated (E-BFL-01).",
            "Händelsen ligger utanför varje känt räkenskapsår: bevaras utan användning tills året anges (E-BFL-01)."),
        _ => decision.Fate == Retention.Fate.Restrict
            ? Say("Everything that kept it has ended; it stays restricted before disposal.", "Allt som bevarade det har upphört; det hålls begränsat före gallring.")
            : Say("Everything that kept it has ended (Art. 5(1)(e)).", "Allt som bevarade det har upphört (art. 5.1 e)."),
    };

    /// <summary>A period in words: whole years as years, other months as months, days behind.</summary>
    private string Words(CalendarPeriod? period)
    {
        var (months, days) = (period?.Months ?? 0, period?.Days ?? 0);
        var parts = new List<string>();
        if (months > 0)
        {
            parts.Add(months % 12 == 0 ? Count(months / 12, "year", "years", "år", "år") : Count(months, "month", "months", "månad", "månader"));
        }

        if (days > 0)
        {
            parts.Add(Count(days, "day", "days", "dag", "dagar"));
        }

        return string.Join(Say(" and ", " och "), parts);

        string Count(int number, string one, string many, string en, string flera) =>
            string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? Say(one, en) : Say(many, flera))}");
    }

    private string Say(string english, string swedish) => _swedish ? swedish : english;

    private static string Date(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    private void Line(int depth, string text) => _text.Append(' ', depth * 2).Append(text).Append('\n');
}
