using Gdpr.Relational.Values;
using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Relational.Tests.Values;

/// <summary>Every form of a date that is stored, read by the one reader.</summary>
public sealed class StoredTimeTests
{
    [Theory]
    [InlineData("2024-02-29", "2024-02-29")]
    [InlineData("0001-01-01", "0001-01-01")]
    [InlineData("9999-12-31", "9999-12-31")]
    [InlineData("2024-01-31T10:30Z", "2024-01-31T10:30:00Z")]
    [InlineData("2024-01-31 10:30:15Z", "2024-01-31T10:30:15Z")]
    [InlineData("2024-01-31T10:30:15.25+01:00", "2024-01-31T09:30:15.25Z")]
    [InlineData("2024-01-31t10:30:15,1234567z", "2024-01-31T10:30:15.1234567Z")]
    [InlineData("2024-01-31 10:30:15.123456789 -05:30", "2024-01-31T16:00:15.1234567Z")]
    public void Iso_text_is_a_date_or_an_instant(string text, string meaning) => Read(StorageForm.Iso, text).ShouldBe(Meaning(meaning));

    [Theory]
    [InlineData("2024-07-01 12:00", "2024-07-01T10:00:00Z")]
    [InlineData("2024-10-27T02:30:00", "2024-10-27T01:30:00Z")] // came twice: the later
    [InlineData("2024-03-31T02:30:00", "2024-03-31T01:30:00Z")] // never came: an hour on
    [InlineData("2024-07-01T12:00Z", "2024-07-01T12:00:00Z")]
    public void A_local_time_is_read_in_the_zone_stated(string text, string meaning) =>
        Read(StorageForm.Iso, text, "Europe/Stockholm").ShouldBe(Meaning(meaning));

    [Theory]
    [InlineData(StorageForm.UnixSeconds, 1_700_000_000L, "2023-11-14T22:13:20Z")]
    [InlineData(StorageForm.UnixSeconds, -1L, "1969-12-31T23:59:59Z")]
    [InlineData(StorageForm.UnixSeconds, 1.5, "1970-01-01T00:00:01.5Z")]
    [InlineData(StorageForm.UnixSeconds, -0.5, "1969-12-31T23:59:59.5Z")]
    [InlineData(StorageForm.UnixSeconds, "1700000000", "2023-11-14T22:13:20Z")]
    [InlineData(StorageForm.UnixMilliseconds, 1_700_000_000_123L, "2023-11-14T22:13:20.123Z")]
    [InlineData(StorageForm.UnixMicroseconds, 1_700_000_000_123_456L, "2023-11-14T22:13:20.123456Z")]
    [InlineData(StorageForm.JulianDay, 2440587.5, "1970-01-01T00:00:00Z")]
    [InlineData(StorageForm.JulianDay, 2460310.9166666665, "2024-01-01T10:00:00Z")]
    [InlineData(StorageForm.JulianDay, 2460311L, "2024-01-01T12:00:00Z")]
    [InlineData(StorageForm.DotNetTicks, 638_400_000_000_000_000L, "2024-01-04T21:20:00Z")]
    [InlineData(StorageForm.CompactDate, 20240131L, "2024-01-31")]
    [InlineData(StorageForm.CompactDate, "20240131", "2024-01-31")]
    public void Numbers_are_read_as_what_they_are_said_to_count(StorageForm form, object stored, string meaning) => Read(form, stored).ShouldBe(Meaning(meaning));

    [Fact]
    public void Ticks_of_a_zone_are_local() =>
        Read(StorageForm.DotNetTicks, 638_400_000_000_000_000L, "Europe/Stockholm").ShouldBe(Meaning("2024-01-04T20:20:00Z"));

    [Theory]
    [InlineData(StorageForm.Iso, "2024-01-31T10:30:00")]
    [InlineData(StorageForm.Iso, "2024-02-30")]
    [InlineData(StorageForm.Iso, "2024-01-31T24:00Z")]
    [InlineData(StorageForm.Iso, "2024-01-31T10:30:00+19:00")]
    [InlineData(StorageForm.Iso, "2024-01-31T10:30:00.Z")]
    [InlineData(StorageForm.Iso, "10:30")]
    [InlineData(StorageForm.Iso, "now")]
    [InlineData(StorageForm.Iso, "")]
    [InlineData(StorageForm.Iso, "２０２４-01-31")]
    [InlineData(StorageForm.Iso, 20240131L)]
    [InlineData(StorageForm.UnixSeconds, "2024-01-31")]
    [InlineData(StorageForm.UnixSeconds, long.MaxValue)]
    [InlineData(StorageForm.UnixSeconds, long.MinValue)]
    [InlineData(StorageForm.UnixSeconds, double.NaN)]
    [InlineData(StorageForm.UnixSeconds, double.PositiveInfinity)]
    [InlineData(StorageForm.JulianDay, double.MaxValue)]
    [InlineData(StorageForm.DotNetTicks, -1L)]
    [InlineData(StorageForm.DotNetTicks, long.MaxValue)]
    [InlineData(StorageForm.CompactDate, 20240230L)]
    [InlineData(StorageForm.CompactDate, -20240131L)]
    [InlineData(StorageForm.Unstated, 1_700_000_000L)]
    [InlineData(StorageForm.Unstated, "2024-01-31")]
    public void What_is_not_in_the_form_is_unknown(StorageForm form, object stored) => Read(form, stored).ShouldBe(TriggerValue.Unknown);

    [Fact]
    public void Bytes_are_unknown_and_nothing_is_missing()
    {
        new StoredTime(StorageForm.Iso).Read("2024-01-31"u8.ToArray()).ShouldBe(TriggerValue.Unknown);
        new StoredTime(StorageForm.Iso).Read(null).ShouldBe(TriggerValue.Missing);
        new StoredTime(StorageForm.Iso).Read(DBNull.Value).ShouldBe(TriggerValue.Missing);
    }

    private static TriggerValue Read(StorageForm form, object stored, string? zone = null) =>
        new StoredTime(form, zone is null ? null : DateTimeZoneProviders.Tzdb[zone]).Read(stored);

    private static TriggerValue Meaning(string text) => text.Length == 10
        ? TriggerValue.On(LocalDatePattern.Iso.Parse(text).Value)
        : TriggerValue.At(InstantPattern.ExtendedIso.Parse(text).Value);
}
