using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>The measures that Gignos promises without saying how often they are looked at, and whom people ask.</summary>
public sealed class MeasureTests
{
    private static readonly LocalDate AYearLater = new(2027, 11, 21);

    [Fact]
    [Trait("clause", "GIG-11")]
    public Task That_servers_are_locked_in_and_safe_from_fire_is_looked_at_every_year_and_reported_where_nobody_does() =>
        Measures.ShouldNeedEvidenceAsync(Organisation.Gignos, "server-room", ControlFamily.Physical, AYearLater);

    [Fact]
    [Trait("clause", "GIG-12")]
    public Task That_traffic_is_encrypted_between_the_firewalls_is_looked_at_for_each_system_behind_them() => Measures.ShouldNeedEvidenceAsync(
        Organisation.Gignos, "office-tunnel", ControlFamily.Transmission, AYearLater, systems: ["file-server", "mail-server", "clients", "vpn"]);

    [Fact]
    [Trait("clause", "GIG-12")]
    public async Task With_the_tunnel_alone_what_reaches_customers_servers_is_protected_and_the_rest_is_reported() =>
        (await Measures.UnprotectedWithOnlyAsync(Organisation.Gignos, "office-tunnel")).ShouldBe(["register", "newsletter", "access-log"]);

    [Theory]
    [InlineData("malware-protection", "clients", "file-server", "mail-server")]
    [InlineData("spam-filter", "mail-server")]
    [Trait("clause", "GIG-13")]
    public async Task Protection_from_malicious_code_is_looked_at_for_each_system_in_its_scope_and_for_no_other(string control, params string[] systems)
    {
        await Measures.ShouldNeedEvidenceAsync(Organisation.Gignos, control, ControlFamily.Malware, AYearLater, systems: systems);
        await Measures.ShouldCoverAsync(Organisation.Gignos, control, outside: "vpn", systems);
    }

    [Fact]
    [Trait("clause", "GIG-17")]
    public Task That_computers_are_encrypted_is_for_their_users_to_carry_out_and_looked_at_every_year() => Measures.ShouldNeedEvidenceAsync(
        Organisation.Gignos, "client-encryption", ControlFamily.Storage, AYearLater, ControlResponsible.DataUser, "clients");

    [Fact]
    [Trait("clause", "GIG-28")]
    public Task The_contact_for_questions_stands_on_every_answer() =>
        Contacts.ShouldStandOnEveryAnswerAsync(Organisation.Gignos, "info@gignos.se", "crm.contacts", "became-customer=2025-01-01");
}
