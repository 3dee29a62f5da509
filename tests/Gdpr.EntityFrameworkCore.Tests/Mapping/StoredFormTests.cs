using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Relational.Values;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Mapping;

/// <summary>How a trigger is stored is known from the model, or has to be stated: nothing is guessed.</summary>
public sealed class StoredFormTests
{
    private static readonly ValueConverter<DateTime, DateTime> Utc = new(time => time.ToUniversalTime(), time => DateTime.SpecifyKind(time, DateTimeKind.Utc));

    [Fact]
    public void A_date_is_text_of_a_date() => Trigger<DateOnly>().ShouldBe("Ended Iso");

    [Fact]
    public void An_instant_with_an_offset_states_it() => Trigger<DateTimeOffset?>().ShouldBe("Ended Iso");

    [Fact]
    public void A_time_whose_conversion_makes_it_utc_is_utc() => Trigger<DateTime>(ended => ended.HasConversion(Utc)).ShouldBe("Ended Iso UTC");

    [Fact]
    public void A_time_with_a_zone_stated_is_of_that_zone() => Trigger<DateTime>(zone: "Europe/Stockholm").ShouldBe("Ended Iso Europe/Stockholm");

    [Fact]
    public void A_time_with_its_kind_packed_into_a_number_has_to_be_stated() =>
        Trigger<DateTime>(ended => ended.HasConversion<long>(), "Europe/Stockholm").ShouldBe("Problem");

    [Fact]
    public void Ticks_are_of_the_zone_stated() => Trigger<DateTime>(ended => ended.HasConversion(new DateTimeToTicksConverter()), "Europe/Stockholm").ShouldBe("Ended DotNetTicks Europe/Stockholm");

    [Fact]
    public void An_instant_as_seconds_is_found_out() =>
        Trigger<Instant>(ended => ended.HasConversion(time => time.ToUnixTimeSeconds(), seconds => Instant.FromUnixTimeSeconds(seconds))).ShouldBe("Ended UnixSeconds");

    [Fact]
    public void An_instant_as_milliseconds_is_found_out() =>
        Trigger<DateTimeOffset>(ended => ended.HasConversion(time => time.ToUnixTimeMilliseconds(), units => DateTimeOffset.FromUnixTimeMilliseconds(units)))
            .ShouldBe("Ended UnixMilliseconds");

    [Fact]
    public void A_date_as_eight_digits_is_found_out() =>
        Trigger<LocalDate>(ended => ended.HasConversion(date => (date.Year * 10_000) + (date.Month * 100) + date.Day, digits => new LocalDate(digits / 10_000, digits / 100 % 100, digits % 100)))
            .ShouldBe("Ended CompactDate");

    [Fact]
    public void An_instant_in_a_form_of_its_own_has_to_be_stated() =>
        Trigger<DateTimeOffset>(ended => ended.HasConversion(new DateTimeOffsetToBinaryConverter())).ShouldBe("Problem");

    [Fact]
    public void A_number_has_to_be_stated() => Trigger<long>().ShouldBe("Problem");

    [Fact]
    public void A_number_whose_form_is_stated_is_in_that_form() =>
        Trigger<long>(form: StorageForm.UnixSeconds).ShouldBe("Ended UnixSeconds");

    [Fact]
    public void A_time_without_a_zone_is_naive()
    {
        var (_, problems) = Translation.Of(model => Build<DateTime>(model, null, null, null), SourceCalls.Policy());

        problems.ShouldHaveSingleItem().ShouldStartWith("crm.customers: trigger 'contract-ended' (Ended): a DateTime does not say in which zone its clock was; state the zone");
    }

    [Fact]
    public void On_PostgreSQL_a_time_with_time_zone_is_an_instant() => Trigger<DateTime>(isPostgres: true).ShouldBe("Ended Iso");

    [Fact]
    public void On_PostgreSQL_a_time_without_time_zone_is_naive() =>
        Trigger<DateTime>(ended => ended.HasColumnType("timestamp without time zone"), isPostgres: true).ShouldBe("Problem");

    private static string Trigger<T>(Action<PropertyBuilder<T>>? configure = null, string? zone = null, StorageForm? form = null, bool isPostgres = false)
    {
        var (mapping, problems) = Translation.Of(model => Build(model, configure, zone, form), SourceCalls.Policy(), isPostgres: isPostgres);
        return problems.Count > 0 ? "Problem" : mapping.DataSets["crm.customers"].Triggers["contract-ended"].Text();
    }

    private static void Build<T>(ModelBuilder model, Action<PropertyBuilder<T>>? configure, string? zone, StorageForm? form)
    {
        var property = model.Entity<Customer<T>>().HasDataSet("crm.customers").Property(customer => customer.Ended).IsRetentionTrigger("contract-ended", zone, form);
        configure?.Invoke(property);
    }

    private sealed class Customer<T>
    {
        public int Id { get; set; }

        public string? Name { get; set; }

        public T Ended { get; set; } = default!;
    }
}
