using System.Text;
using Gdpr.Tool.Records;
using NodaTime;

namespace Gdpr.Tool.Tests;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("2026-01-31T10:00Z", "2026-01-31T10:00:00Z")]
    [InlineData("2026-01-31T10:00:30Z", "2026-01-31T10:00:30Z")]
    [InlineData("2026-01-31 10:00:30z", "2026-01-31T10:00:30Z")]
    [InlineData("2026-01-31T10:00:30.1234567+02:00", "2026-01-31T08:00:30.1234567Z")]
    [InlineData("2026-01-31T10:00:30,5-0330", "2026-01-31T13:30:30.5Z")]
    [InlineData("2026-01-31T00:30+01", "2026-01-30T23:30:00Z")]
    [InlineData("2024-02-29T23:59:59-18:00", "2024-03-01T17:59:59Z")]
    public void A_date_time_with_an_offset_is_an_instant(string text, string expected)
    {
        Read(text, out _, out var instant).ShouldBe(TimeForm.Instant);
        instant.ShouldBe(NodaTime.Text.InstantPattern.ExtendedIso.Parse(expected).Value);
    }

    [Theory]
    [InlineData("2026-01-31")]
    [InlineData("2024-02-29")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public void A_date_is_a_date(string text)
    {
        Read(text, out var date, out _).ShouldBe(TimeForm.Date);
        date.ShouldBe(NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value);
    }

    [Theory]
    [InlineData("2026-01-31T10:00")]
    [InlineData("2026-01-31T10:00:00")]
    [InlineData("2026-01-31 10:00:00.123")]
    public void A_date_time_without_an_offset_is_told_from_what_is_malformed(string text) => Read(text, out _, out _).ShouldBe(TimeForm.WithoutOffset);

    [Theory]
    [InlineData("")]
    [InlineData("2026-1-31")]
    [InlineData("2026-02-29")]
    [InlineData("0000-01-01")]
    [InlineData("2026-13-01")]
    [InlineData("2026-00-01")]
    [InlineData("2026-01-00")]
    [InlineData("20260131")]
    [InlineData("2026-01-31x")]
    [InlineData("2026-01-31T")]
    [InlineData("2026-01-31T24:00Z")]
    [InlineData("2026-01-31T10:60Z")]
    [InlineData("2026-01-31T10:00:60Z")]
    [InlineData("2026-01-31T10:00:00.Z")]
    [InlineData("2026-01-31T10:00:00.12345678Z")]
    [InlineData("2026-01-31T10:00+19:00")]
    [InlineData("2026-01-31T10:00+02:60")]
    [InlineData("2026-01-31T10:00+2")]
    [InlineData("2026-01-31T10:00+02:0")]
    [InlineData("2026-01-31T10:00 +02:00")]
    [InlineData("2026-01-31T10:00ZZ")]
    [InlineData("２０２６-01-31")]
    [InlineData("+026-01-31")]
    public void Whatever_else_there_is_is_malformed(string text) => Read(text, out _, out _).ShouldBe(TimeForm.Malformed);

    private static TimeForm Read(string text, out LocalDate date, out Instant instant) => TimeText.Read(Encoding.UTF8.GetBytes(text), out date, out instant);
}
