using Gdpr.Journals;
using Gdpr.Policies;

namespace Gdpr.Controls;

/// <summary>Evidence is of something that the policy declares.</summary>
internal static class EvidenceChecks
{
    public static IEnumerable<string> Problems(EvidenceTarget target, GdprPolicy policy)
    {
        switch (target.Kind)
        {
            case EvidenceKind.Control:
                return OfControl(target, policy);
            case EvidenceKind.Document:
                return Unless(policy.Documents.ContainsKey(target.Id), $"The policy has no {ClearText.NameOf(target.Id, "document")}: name one that it declares.");
            case EvidenceKind.Assessment:
                return Unless(policy.Assessments.ContainsKey(target.Id), $"The policy has no {ClearText.NameOf(target.Id, "assessment")}: name one that it declares.");
            default:
                return Unless(policy.Agreements.ContainsKey(target.Id), $"The policy has no {ClearText.NameOf(target.Id, "agreement")}: name one that it declares.");
        }
    }

    private static IEnumerable<string> OfControl(EvidenceTarget target, GdprPolicy policy)
    {
        if (!policy.Controls.TryGetValue(target.Id, out var control))
        {
            return [$"The policy has no {ClearText.NameOf(target.Id, "control")}: name one that it declares."];
        }

        var isOfOwn = target is { Person: null, Recipient: null };
        return
        [
            .. Unless(
                target.System is not { } system
                    || (control.Systems.Count > 0 ? control.Systems.Contains(system, StringComparer.Ordinal) : policy.Systems.ContainsKey(system)),
                $"'{target.Id}' does not cover {ClearText.NameOf(target.System, "the system")}: name one that it covers, or none."),
            .. Unless(
                target.Capacity is not { } capacity || control.Capacities.Count == 0 || control.Capacities.Contains(capacity),
                $"'{target.Id}' does not apply in that capacity: name one in which it applies, or none."),
            .. Unless(
                isOfOwn || (target.System is null && target.Capacity is null), "What a person or a recipient shows is not of a system or a capacity: leave them out."),
            .. Unless(target.Person is null || control.PerPerson, $"'{target.Id}' is not shown for each member of staff: leave the person out, or state perPerson."),
            .. Unless(!isOfOwn || !control.PerPerson, $"'{target.Id}' is shown for each member of staff: name the person."),
            .. Unless(
                target.Person is not { } person || policy.Controllers.ContainsKey(person.Controller),
                "The person is known to an organisation that the policy does not declare: name somebody of one that it does."),
            .. Unless(
                target.Recipient is not { } recipient
                    || (policy.Recipients.TryGetValue(recipient, out var known) && known.RequiredControls.Contains(target.Id, StringComparer.Ordinal)),
                $"{ClearText.NameOf(target.Recipient, "The recipient")} is not required to show '{target.Id}': name a recipient with it among its requiredControls."),
        ];
    }

    private static IEnumerable<string> Unless(bool isSo, string problem) => isSo ? [] : [problem];
}
