using System.Globalization;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>Agreements on processing say all that Art. 28(3) asks for, and are in force.</summary>
internal static class AgreementRules
{
    public static void Check(LintRun run)
    {
        foreach (var (id, agreement, at) in Stated.In(run.Policy.Agreements, Place.Root / "agreements"))
        {
            CheckDates(run, id, agreement, at);
            CheckArrangement(run, id, agreement, at);
            if (agreement.Kind is AgreementKind.WithProcessor or AgreementKind.WithController)
            {
                CheckTerms(run, id, agreement, at);
            }
        }

        foreach (var (_, activity, at) in run.Activities)
        {
            foreach (var (disclosure, place) in Stated.In(activity.Recipients, at / "recipients"))
            {
                CheckDisclosure(run, disclosure, place);
            }
        }
    }

    private static void CheckDates(LintRun run, string id, Agreement agreement, Place at)
    {
        if (agreement.Until < agreement.From)
        {
            run.Report(FindingCodes.AgreementEndsBeforeItBegins, at / "until", $"\"{id}\" ends before it begins.");
        }

        if (agreement.Until < run.Effective)
        {
            run.Report(FindingCodes.AgreementEnded, at / "until",
                $"\"{id}\" ended on {Text(agreement.Until.Value)}, before the policy takes effect.");
        }

        if (agreement.From > run.Effective)
        {
            run.Report(FindingCodes.AgreementNotBegun, at / "from",
                $"\"{id}\" begins on {Text(agreement.From.Value)}, after the policy takes effect.");
        }
    }

    private static void CheckArrangement(LintRun run, string id, Agreement agreement, Place at)
    {
        if (agreement.Kind == AgreementKind.JointControllers && !Stated.Says(agreement.Arrangement?.Essence))
        {
            run.ReportMissing(
                FindingCodes.JointWithoutEssence, agreement.Arrangement is null ? at : at / "arrangement", agreement.Arrangement is null ? "arrangement" : "essence",
                $"\"{id}\" does not say what people are told of it.");
        }

        if (agreement.Arrangement is not { } arrangement)
        {
            return;
        }

        if (agreement.Kind is { } kind and not AgreementKind.JointControllers)
        {
            run.Report(FindingCodes.JointWithoutJoint, at / "arrangement", $"\"{id}\" is of kind {kind}, and states what joint controllers have arranged.");
        }
        else if (run.Policy.Recipients.Find(arrangement.AnsweredBy) is { } answering
            && (answering.Kind != RecipientKind.JointController || answering.Agreement != id))
        {
            run.Report(
                FindingCodes.JointWithoutJoint, at / "arrangement" / "answeredBy", $"\"{arrangement.AnsweredBy}\" is no joint controller under \"{id}\".");
        }
    }

    private static void CheckTerms(LintRun run, string id, Agreement agreement, Place at)
    {
        if (agreement.Terms is null)
        {
            run.ReportMissing(FindingCodes.NoProcessingTerms, at, "terms", $"\"{id}\" does not say what is processed, how long and why.");
        }

        foreach (var (_, member, code, clause) in ProcessorItems.All)
        {
            if (agreement.Clauses is not { } clauses)
            {
                run.ReportMissing(code, at, "clauses", $"\"{id}\" names no clause for \"{member}\".");
            }
            else if (string.IsNullOrWhiteSpace(clause(clauses)))
            {
                run.ReportMissing(code, at / "clauses", member, $"\"{id}\" names no clause for \"{member}\".");
            }
        }
    }

    private static void CheckDisclosure(LintRun run, Disclosure disclosure, Place at)
    {
        var agreement = run.Policy.Agreements.Find(run.Policy.Recipients.Find(disclosure.Recipient)?.Agreement);
        if (agreement?.Terms is not { Categories.Count: > 0, ByInstruction: false } terms)
        {
            return;
        }

        foreach (var (reference, place) in Stated.In(disclosure.Data, at / "data"))
        {
            var beyond = run.FieldsOf([reference]).Where(field => !terms.Categories.Contains(field.Field.Category, StringComparer.Ordinal)).ToArray();
            if (beyond.Length > 0)
            {
                run.Report(FindingCodes.DisclosedBeyondAgreement, place,
                    $"The agreement with \"{disclosure.Recipient}\" does not name the categories of {string.Join(", ", beyond.Select(field => field.Path))}.");
            }
        }
    }

    private static string Text(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
