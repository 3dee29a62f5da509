using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Relational.Values;

/// <summary>What becomes of the content of a column when its field is disposed of. Idempotent: disposed of again, nothing changes.</summary>
/// <remarks>One definition for every adapter: inside the database where it can call it, and outside.</remarks>
public abstract record ContentChange
{
    private protected ContentChange()
    {
    }

    /// <summary>The content after the change.</summary>
    /// <param name="content">The content as the database driver gives it; <see langword="null"/> for NULL.</param>
    public abstract object? Apply(object? content);

    /// <summary>Nothing remains, or a fixed text.</summary>
    /// <param name="Text">The text; <see langword="null"/> for NULL.</param>
    public sealed record Fixed(string? Text) : ContentChange
    {
        /// <inheritdoc/>
        public override object? Apply(object? content) => Text;
    }

    /// <summary>Of a date, the first day of its year remains, in the form in which it was stored. What is no date becomes what an erased value is.</summary>
    /// <param name="Form">The form.</param>
    /// <param name="Erased">What stands where nothing remains.</param>
    public sealed record Year(StorageForm Form, string? Erased) : ContentChange
    {
        /// <inheritdoc/>
        public override object? Apply(object? content)
        {
            if (content is null or DBNull)
            {
                return null;
            }

            var code = new StoredTime(Form, DateTimeZone.Utc).CodeOfAny(content);
            return code != TriggerCode.Unknown && TriggerCode.YearOf(code) is var year and >= 1 and <= 9999 ? Write(year, content is string) : Erased;
        }

        private object? Write(int year, bool isText)
        {
            var days = Period.DaysBetween(new LocalDate(1970, 1, 1), new LocalDate(year, 1, 1));
            object? number = Form switch
            {
                StorageForm.UnixSeconds => days * 86_400L,
                StorageForm.UnixMilliseconds => days * 86_400_000L,
                StorageForm.UnixMicroseconds => days * 86_400_000_000L,
                StorageForm.JulianDay => days + 2_440_587.5,
                StorageForm.DotNetTicks => (days + 719_162L) * NodaConstants.TicksPerDay,
                StorageForm.CompactDate => (year * 10_000L) + 101,
                _ => null,
            };
            return number is null ? string.Create(CultureInfo.InvariantCulture, $"{year:D4}-01-01")
                : isText ? Convert.ToString(number, CultureInfo.InvariantCulture)
                : number;
        }
    }

    /// <summary>Of an IP address, the network remains: 24 bits of version 4, 48 bits of version 6. What is not written
    /// as addresses are, or carries one of version 4 in its network (6to4, Teredo, mapped), becomes what an erased value is.</summary>
    /// <param name="Erased">What stands where nothing remains.</param>
    public sealed record IpPrefix(string? Erased) : ContentChange
    {
        /// <inheritdoc/>
        public override object? Apply(object? content)
        {
            if (content is null or DBNull)
            {
                return null;
            }

            if (content is not string text || !IPAddress.TryParse(text, out var address) || !IsPlain(text, address))
            {
                return Erased;
            }

            var bytes = address.GetAddressBytes();
            bytes.AsSpan(address.AddressFamily == AddressFamily.InterNetwork ? 3 : 6).Clear();
            return new IPAddress(bytes).ToString();
        }

        /// <summary>Digits alone, octal parts, ports, brackets and zones are read as addresses by some and are none.</summary>
        private static bool IsPlain(string text, IPAddress address)
        {
            if (address.AddressFamily == AddressFamily.InterNetwork)
            {
                return string.Equals(text, address.ToString(), StringComparison.Ordinal);
            }

            var bytes = address.GetAddressBytes();
            var is6To4 = bytes is [0x20, 0x02, ..];
            return !is6To4 && !address.IsIPv6Teredo && !address.IsIPv4MappedToIPv6 && text.AsSpan().IndexOfAnyExcept("0123456789abcdefABCDEF:") < 0;
        }
    }

    /// <summary>Of an address, the leading characters remain that name an area, such as two of a postal code.</summary>
    /// <param name="Characters">How many.</param>
    /// <param name="Erased">What stands where nothing remains.</param>
    public sealed record Area(int Characters, string? Erased) : ContentChange
    {
        /// <inheritdoc/>
        public override object? Apply(object? content) => content switch
        {
            null or DBNull => null,
            string text => text[..Math.Min(text.Length, Characters)],
            long number => Apply(number.ToString(CultureInfo.InvariantCulture)),
            _ => Erased,
        };
    }
}
