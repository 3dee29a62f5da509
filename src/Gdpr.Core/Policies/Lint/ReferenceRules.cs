using Gdpr.Policies.Json;

namespace Gdpr.Policies.Lint;

/// <summary>Every id that refers to something refers to something that is declared, once; what is declared is referred to.</summary>
internal static class ReferenceRules
{
    /// <summary>Sections whose entries exist to be referred to.</summary>
    private static readonly PolicySection[] ReferredTo =
    [
        PolicySection.SubjectCategories, PolicySection.Categories, PolicySection.Purposes, PolicySection.Origins,
        PolicySection.Recipients, PolicySection.Agreements, PolicySection.Assessments,
    ];

    public static void Check(LintRun run)
    {
        var ids = new DeclaredIds(run);
        foreach (var reference in run.Walk.References)
        {
            if (reference.Section == PolicySection.Triggers)
            {
                CheckTrigger(run, reference);
            }
            else if (!ids.Has(reference.Section, reference.Id) && !MayBeUnread(run, ids, reference))
            {
                Report(run, reference, $"There is no {ids.NounOf(reference.Section)} \"{reference.Id}\".", ids.Of(reference.Section));
            }
        }

        CheckRepetitions(run);
        CheckFieldsCoveredTwice(run);
        CheckUse(run, ids);
    }

    /// <summary>A trigger must be one of every data set that the activity covers: a rule decides on the records of each.</summary>
    private static void CheckTrigger(LintRun run, PolicyReference reference)
    {
        if (reference.Activity is not { } owner)
        {
            return;
        }

        foreach (var set in run.DataSetsOf(owner.Activity).Where(set => !set.DataSet.Triggers.ContainsKey(reference.Id)))
        {
            if (!MayBeUnread(run, Place.Root / "systems" / set.Path.System / "dataSets" / set.Path.DataSet / "triggers", reference.Id))
            {
                Report(run, reference, $"The data set {set.Path} has no trigger \"{reference.Id}\".", set.DataSet.Triggers.Keys);
            }
        }
    }

    /// <summary>Whether an id may be declared where nothing could be read: that is said already, and mended first.</summary>
    private static bool MayBeUnread(LintRun run, DeclaredIds ids, PolicyReference reference)
    {
        var section = Place.Root / ids.MemberOf(reference.Section);
        return reference.Section == PolicySection.Data && DataPath.TryParse(reference.Id, out var path)
            ? run.IsSettled(section) || MayBeUnread(run, section / path.System / "dataSets", path.DataSet) || run.IsSettled(section / path.System)
                || (path.Field is { } field && MayBeUnread(run, section / path.System / "dataSets" / path.DataSet / "fields", field))
            : MayBeUnread(run, section, reference.Id);
    }

    private static bool MayBeUnread(LintRun run, Place section, string id) => run.IsSettled(section) || run.IsSettled(section / id);

    private static void CheckRepetitions(LintRun run)
    {
        foreach (var list in run.Walk.References.Where(reference => reference.List is not null).GroupBy(reference => reference.List))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var reference in list.Where(reference => !seen.Add(reference.Id)))
            {
                run.Report(FindingCodes.RepeatedReference, reference.At, $"\"{reference.Id}\" is named twice.");
            }
        }
    }

    private static void CheckFieldsCoveredTwice(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            foreach (var (reference, place) in Stated.In(activity.Data, at / "data"))
            {
                if (DataPath.TryParse(reference, out var path) && path.Field is not null && activity.Data.Contains(path.DataSetPath, StringComparer.Ordinal))
                {
                    run.Report(FindingCodes.FieldCoveredTwice, place,
                        $"\"{path.DataSetPath}\", which the activity covers too, includes this field.");
                }
            }
        }
    }

    private static void CheckUse(LintRun run, DeclaredIds ids)
    {
        var used = run.Walk.References.Select(reference => (reference.Section, reference.Id))
            .Concat(run.Activities.Select(activity => (PolicySection.Purposes, activity.Value.Purpose)))
            .ToHashSet();
        foreach (var section in ReferredTo)
        {
            foreach (var id in ids.Declared(section).Where(id => !used.Contains((section, id))))
            {
                run.Report(FindingCodes.NeverUsed, Place.Root / ids.MemberOf(section) / id,
                    $"Nothing refers to the {ids.NounOf(section)} \"{id}\".");
            }
        }

        CheckUseOfTriggers(run);
    }

    private static void CheckUseOfTriggers(LintRun run)
    {
        var used = new HashSet<(string, string)>();
        foreach (var reference in run.Walk.References.Where(reference => reference.Section == PolicySection.Triggers))
        {
            if (reference.Activity is { } owner)
            {
                used.UnionWith(run.DataSetsOf(owner.Activity).Select(set => (set.Path.DataSetPath, reference.Id)));
            }
        }

        foreach (var set in run.Coverage.DataSets)
        {
            var at = Place.Root / "systems" / set.Path.System / "dataSets" / set.Path.DataSet / "triggers";
            foreach (var (id, _, place) in Stated.In(set.DataSet.Triggers, at))
            {
                if (!used.Contains((set.Path.DataSetPath, id)))
                {
                    run.Report(FindingCodes.NeverUsed, place, $"No rule runs from the trigger \"{id}\".");
                }
            }
        }
    }

    private static void Report(LintRun run, PolicyReference reference, string message, IEnumerable<string> known)
    {
        var nearest = NearestWord.To(reference.Id, known.Where(id => !string.IsNullOrWhiteSpace(id)));
        run.Report(FindingCodes.UnknownReference, reference.At, message, nearest is null ? null : $"Did you mean \"{nearest}\"? Otherwise declare it.");
    }
}
