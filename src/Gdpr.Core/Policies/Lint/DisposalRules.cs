namespace Gdpr.Policies.Lint;

/// <summary>What is disposed of is gone, or is nobody's.</summary>
internal static class DisposalRules
{
    public static void Check(LintRun run)
    {
        foreach (var set in run.Coverage.DataSets)
        {
            var at = Place.Root / "systems" / set.Path.System / "dataSets" / set.Path.DataSet;
            var fields = Stated.In(set.DataSet.Fields, at / "fields").ToArray();
            foreach (var (_, field, place) in fields)
            {
                CheckForm(run, field.Disposal, place / "disposal", followsRestriction: false);
                CheckStrategy(run, field, place / "disposal");
            }

            CheckRecord(run, set, [.. fields.Select(field => (field.Value, field.At))], at);
        }
    }

    private static void CheckForm(LintRun run, Disposal disposal, Place at, bool followsRestriction)
    {
        Pair(run, disposal.Action == DisposalAction.Anonymise, disposal.Strategy is not null, at, "strategy", "the action is anonymise");
        Pair(run, disposal is { Action: DisposalAction.Anonymise, Strategy: AnonymisationStrategy.FixedText }, disposal.Text is not null, at, "text", "the strategy is fixed-text");
        var isRestricted = disposal.Action == DisposalAction.Restrict;
        Pair(run, isRestricted, isRestricted ? disposal.For is { IsEmpty: false } : disposal.For is not null, at, "for", "the action is restrict");
        Pair(run, isRestricted, disposal.Then is not null, at, "then", "the action is restrict");
        if (followsRestriction && disposal.Action == DisposalAction.Restrict)
        {
            run.Report(FindingCodes.IllFormedDisposal, at / "action",
                "A restriction follows upon a restriction.", "Let erase or anonymise follow, after one period.");
        }
        else if (disposal.Then is { } then)
        {
            CheckForm(run, then, at / "then", followsRestriction: true);
        }
    }

    private static void Pair(LintRun run, bool needed, bool stated, Place at, string member, string reason)
    {
        if (needed && !stated)
        {
            run.ReportMissing(FindingCodes.IllFormedDisposal, at, member, $"\"{member}\" is missing, although {reason}.");
        }
        else if (stated && !needed)
        {
            run.Report(FindingCodes.IllFormedDisposal, at / member, $"\"{member}\" is stated only where {reason}.");
        }
    }

    private static void CheckStrategy(LintRun run, DataField field, Place at)
    {
        if (run.KindOf(field) == DataCategoryKind.FreeText && StrategyOf(field) is { } strategy and not (AnonymisationStrategy.Null or AnonymisationStrategy.Sever))
        {
            run.Report(FindingCodes.UnfitStrategy, PlaceOfFinal(field.Disposal, at) / "strategy",
                $"Free text may hold anything: {strategy} does not make it anonymous.");
        }
    }

    /// <summary>A record that lives on after anonymising must point at nobody: its link is severed and each identifier is gone.</summary>
    private static void CheckRecord(LintRun run, CoveredDataSet set, IReadOnlyList<(DataField Field, Place At)> fields, Place at)
    {
        if (!fields.Any(field => StrategyOf(field.Field) is not null))
        {
            return;
        }

        if (!fields.Any(field => StrategyOf(field.Field) == AnonymisationStrategy.Sever))
        {
            run.Report(FindingCodes.NotAnonymous, at, $"Records of \"{set.Path}\" are anonymised, and no field severs the link to the person.");
        }

        foreach (var (field, place) in fields)
        {
            var kind = run.KindOf(field);
            if (StrategyOf(field) is { } strategy && !Removes(strategy, kind))
            {
                run.Report(FindingCodes.NotAnonymous, PlaceOfFinal(field.Disposal, place / "disposal") / "strategy",
                    $"The field holds {kind}, and {strategy} leaves something of it that points at a person.");
            }
        }
    }

    private static bool Removes(AnonymisationStrategy strategy, DataCategoryKind kind) => kind switch
    {
        DataCategoryKind.Identifier => strategy is not (AnonymisationStrategy.Year or AnonymisationStrategy.IpPrefix),
        DataCategoryKind.OnlineIdentifier => strategy is not (AnonymisationStrategy.Year or AnonymisationStrategy.Area),
        DataCategoryKind.NationalIdentityNumber or DataCategoryKind.Credential =>
            strategy is AnonymisationStrategy.Null or AnonymisationStrategy.FixedText or AnonymisationStrategy.Sever,
        _ => true,
    };

    /// <summary>How a field is anonymised in the end, where it is.</summary>
    private static AnonymisationStrategy? StrategyOf(DataField field) =>
        field.Disposal.Final is { Action: DisposalAction.Anonymise } final ? final.Strategy : null;

    private static Place PlaceOfFinal(Disposal disposal, Place at) =>
        disposal is { Action: DisposalAction.Restrict, Then: { } then } ? PlaceOfFinal(then, at / "then") : at;
}
