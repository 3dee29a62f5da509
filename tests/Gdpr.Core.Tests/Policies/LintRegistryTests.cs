using System.Reflection;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

public sealed class LintRegistryTests
{
    [Fact]
    public void A_policy_that_states_everything_has_no_finding_at_all() =>
        PolicyReader.Read(LintPolicy.Flawless).Findings.Select(finding => finding.ToString()).ShouldBeEmpty();

    [Fact]
    public void Every_code_is_registered_once_and_every_entry_has_a_constant()
    {
        var constants = typeof(FindingCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToArray();
        FindingCodes.All.Select(entry => entry.Code).ShouldBe(constants, ignoreOrder: true);
        constants.ShouldBeUnique();
    }
}
