using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Gatepass.Sdk
{
    /// <summary>
    /// Reads JSON (RFC 8259) and nothing else. Objects are dictionaries, whole numbers <c>long</c>,
    /// others <c>double</c>. The base library's reader will not do: it takes half of an object
    /// for a whole one, <c>[1 2]</c> for <c>[12]</c>, and its serializer a number for a text.
    /// </summary>
    internal sealed class JsonText
    {
        private const int Deepest = 200;
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private readonly string text;
        private int at;

        private JsonText(string text)
        {
            this.text = text;
        }

        /// <exception cref="FormatException">It is not JSON; the text of it is not quoted.</exception>
        public static object Read(byte[] content)
        {
            try
            {
                return Read(Strict.GetString(content));
            }
            catch (DecoderFallbackException)
            {
                throw new FormatException("not UTF-8");
            }
        }

        /// <exception cref="FormatException">It is not JSON; the text of it is not quoted.</exception>
        public static object Read(string text)
        {
            var reader = new JsonText(text);
            var value = reader.Value(0);
            reader.Space();
            return reader.at == text.Length ? value : throw reader.Wrong();
        }

        private FormatException Wrong()
        {
            return new FormatException("not JSON at character " + at);
        }

        private char Peek()
        {
            return at < text.Length ? text[at] : '\0';
        }

        private void Space()
        {
            while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0)
            {
                at++;
            }
        }

        private void Take(string expected)
        {
            if (string.CompareOrdinal(text, at, expected, 0, expected.Length) != 0)
            {
                throw Wrong();
            }
            at += expected.Length;
        }

        private object Value(int depth)
        {
            if (depth > Deepest)
            {
                throw Wrong();
            }
            Space();
            switch (Peek())
            {
                case '{':
                    return Members(depth);
                case '[':
                    return Items(depth);
                case '"':
                    return Text();
                case 't':
                    Take("true");
                    return true;
                case 'f':
                    Take("false");
                    return false;
                case 'n':
                    Take("null");
                    return null;
                default:
                    return Number();
            }
        }

        private Dictionary<string, object> Members(int depth)
        {
            var found = new Dictionary<string, object>();
            Each('}', () =>
            {
                Space();
                var name = Text();
                Space();
                Take(":");
                found[name] = Value(depth + 1);
            });
            return found;
        }

        private List<object> Items(int depth)
        {
            var found = new List<object>();
            Each(']', () => found.Add(Value(depth + 1)));
            return found;
        }

        private void Each(char end, Action read)
        {
            at++;
            Space();
            if (Peek() == end)
            {
                at++;
                return;
            }
            while (true)
            {
                read();
                Space();
                if (Peek() == end)
                {
                    at++;
                    return;
                }
                Take(",");
            }
        }

        private string Text()
        {
            Take("\"");
            var found = new StringBuilder();
            while (true)
            {
                var one = Peek();
                if (one == '"')
                {
                    at++;
                    return found.ToString();
                }
                if (one < ' ')
                {
                    throw Wrong();
                }
                at++;
                found.Append(one == '\\' ? Escaped() : one);
            }
        }

        private char Escaped()
        {
            var kind = Peek();
            var place = "\"\\/bfnrt".IndexOf(kind);
            if (place >= 0)
            {
                at++;
                return "\"\\/\b\f\n\r\t"[place];
            }
            Take("u");
            ushort code = 0;
            var digits = at + 4 <= text.Length ? text.Substring(at, 4) : string.Empty;
            var style = NumberStyles.AllowHexSpecifier;
            if (!ushort.TryParse(digits, style, CultureInfo.InvariantCulture, out code))
            {
                throw Wrong();
            }
            at += 4;
            return (char)code;
        }

        private object Number()
        {
            var start = at;
            if (Peek() == '-')
            {
                at++;
            }
            if (Peek() == '0')
            {
                at++;
            }
            else
            {
                Digits();
            }
            var isWhole = true;
            if (Peek() == '.')
            {
                isWhole = false;
                at++;
                Digits();
            }
            if (Peek() == 'e' || Peek() == 'E')
            {
                isWhole = false;
                at++;
                if (Peek() == '+' || Peek() == '-')
                {
                    at++;
                }
                Digits();
            }
            var digits = text.Substring(start, at - start);
            var invariant = CultureInfo.InvariantCulture;
            if (isWhole && long.TryParse(digits, NumberStyles.AllowLeadingSign, invariant, out var whole))
            {
                return whole;
            }
            if (double.TryParse(digits, NumberStyles.Float, invariant, out var number))
            {
                return number;
            }
            throw Wrong();
        }

        private void Digits()
        {
            var start = at;
            while (Peek() >= '0' && Peek() <= '9')
            {
                at++;
            }
            if (at == start)
            {
                throw Wrong();
            }
        }
    }
}
